/**
 * For the options of a route that is read often, and whose answers are built by functions of their schema's type: they
 * are sent as they are. To check each of them against the schema again takes longer than to find it in the store.
 */
export const sentAsBuilt = {
  serializerCompiler: () => (answer: unknown) => JSON.stringify(answer),
} as const;
