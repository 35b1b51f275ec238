declare const leftOut: {
  readonly files: Readonly<Record<string, string>>;
  readonly tests: Readonly<Record<string, string>>;
};
export default leftOut;
