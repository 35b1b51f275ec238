/** What is left out when the end-to-end tests run against the stack of docker-compose.yml, and why. */
module.exports = {
  files: {
    'restart.test.ts': 'It is about `npm start` and the servers that it starts below DATA_DIR; compose starts others.',
    'temporal-ui.test.ts': 'The shape has no Temporal UI.',
    'backup.test.ts':
      'It is about `longhaul backup` and `restore`, which refuse a Postgres that is not theirs; what runs here is copied with its own tools.',
  },
  tests: {
    'an operator reads it through the codec server, with the Temporal CLI and from pages of the Temporal UI':
      'The shape has no Temporal UI: it is another module, and no part of what Longhaul relies on.',
  },
};
