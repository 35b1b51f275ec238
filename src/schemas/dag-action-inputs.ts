import { DAG_INPUT_TYPES } from '../domain/dag-action';
import { readInputs } from '../domain/dag-inputs';
import { type ActionOutline, type Finding, isObject } from './dag-action-outline';

/** Defaults that are not of the type of their input; null stands for nothing given. */
export function judgeInputs({ inputs }: ActionOutline): readonly Finding[] {
  return Object.entries(inputs).flatMap(([name, declared]): Finding[] => {
    if (!isObject(declared)) return [];
    const type = DAG_INPUT_TYPES.find((each) => each === declared['type']);
    const given = declared['default'];
    if (type === undefined || given === undefined || given === null) return [];
    const reading = readInputs({ [name]: { type } }, { [name]: given });
    if (reading.kind === 'fine') return [];
    return [{ path: ['inputs', name, 'default'], what: 'value', message: `must be of the type ${type}` }];
  });
}
