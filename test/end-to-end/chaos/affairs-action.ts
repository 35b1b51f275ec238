/** The action that runs under chaos: calls outside, changes of an asset, a loop, and waits. */
export const ACTION = 'Under chaos';

export const LOOP = 3;

const at = (path: string) => `\${{ inputs.server }}/${path}`;

/** Nodes with an effect outside, by what their keys begin with; those of a loop have an item at their end. */
export const DEFINITION = {
  name: ACTION,
  max_parallel: 4,
  inputs: { server: { type: 'string' }, mark: { type: 'string' } },
  nodes: [
    { id: 'call', uses: 'http_request', with: { method: 'POST', url: at('call'), body: { mark: '${{ inputs.mark }}' } } },
    { id: 'tag', uses: 'update_asset', with: { add_tags: ['${{ inputs.mark }}'] } },
    { id: 'pause', uses: 'wait', with: { duration: '1s' } },
    {
      id: 'each',
      needs: ['call', 'tag'],
      uses: 'for_each',
      with: {
        items: JSON.stringify(Array.from({ length: LOOP }, (_, item) => `item-${String(item)}`)),
        window: LOOP,
        node: { uses: 'http_request', with: { method: 'POST', url: at('each/${{ item }}') } },
      },
    },
    { id: 'hook', needs: ['each', 'pause'], uses: 'webhook', with: { url: at('hook'), type: 'chaos.over', data: {} } },
  ],
} as const; // prettier-ignore
