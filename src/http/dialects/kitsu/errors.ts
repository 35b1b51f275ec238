import type { Dialect } from '../../dialect';
import { problemDialect } from '../../problem';

/** Kitsu's page shows no errors: they are problem details. Its second example sends a key without a scheme. */
export const kitsuDialect: Dialect = { ...problemDialect, name: 'kitsu', bareAuthorization: true };
