import { z } from 'zod';
import { collectName, createNameList, type NameList } from '../domain/selection-names';

const ITEMS = {
  oneOf: [
    { type: 'string', minLength: 1, maxLength: 36, description: 'Any of the three names: uuid, key or number.' },
    { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'The number.' },
  ],
};

/** Of a list with more, the first bad ones are enough to mend it by. */
const MAX_FAULTS = 20;

/**
 * A list of assets in any of their names; absent it stays so. It checks by hand what a schema per item would check,
 * because a million ids are a million small results to zod. `whenEmpty` is said of an empty list, if that is refused.
 */
export function assetIdList(description: string, whenEmpty: string | null = null) {
  return z
    .unknown()
    .meta({ type: 'array', ...(whenEmpty !== null && { minItems: 1 }), items: ITEMS, description })
    .transform((value, context): NameList | undefined => {
      if (value === undefined) return undefined;
      const refuse = (path: PropertyKey[], message: string) => {
        context.addIssue({ code: 'custom', path, message, input: value });
      };
      if (!Array.isArray(value)) {
        refuse([], 'must be a list of ids');
        return z.NEVER;
      }
      if (value.length === 0 && whenEmpty !== null) refuse([], whenEmpty);
      const list = createNameList(value.length);
      let faults = 0;
      for (let at = 0; at < value.length && faults < MAX_FAULTS; at += 1) {
        if (collectName(list, value[at], at)) continue;
        faults += 1;
        refuse([at], 'must be an id, a uuid or a key');
      }
      return list;
    })
    .optional();
}
