import leftOut from '../not-in-production-shape';

/** What the end-to-end tests run against: servers that the roots start, or the stack of docker-compose.yml. */
export type Shape = 'embedded' | 'production';

export const SHAPE_VARIABLE = 'LONGHAUL_E2E_SHAPE';

/** @throws Error naming where the value comes from */
export function toShape(from: string, value: string): Shape {
  if (value === 'embedded' || value === 'production') return value;
  throw new Error(`${from} must be embedded or production, not ${JSON.stringify(value)}`);
}

/** The one that the environment asks for; without a word from it, embedded. */
export const readShape = (): Shape => toShape(SHAPE_VARIABLE, process.env[SHAPE_VARIABLE] ?? 'embedded');

export const isProductionShape = (): boolean => readShape() === 'production';

/** Like `test`, but left out in the production shape when not-in-production-shape.js says why. */
export function testUnlessLeftOut(name: string, work: () => Promise<void>): void {
  if (!(name in leftOut.tests)) throw new Error(`not-in-production-shape.js does not know ${JSON.stringify(name)}`);
  (isProductionShape() ? test.skip : test)(name, work);
}
