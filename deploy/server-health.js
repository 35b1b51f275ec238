/** Health check of the façade's container: exits 0 while the process answers. A Temporal that is away is no reason. */
fetch(`http://127.0.0.1:${process.env.PORT || '3000'}/health/live`, { signal: AbortSignal.timeout(4_000) }).then(
  ({ status }) => process.exit(status === 200 ? 0 : 1),
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
