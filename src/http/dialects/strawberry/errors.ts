import { forbidden, notFound, type Refusal } from '../../refusal';
import type { Dialect } from '../../dialect';
import { mediaPocketDialect } from '../media-pocket/errors';

/** Strawberry's page shows no errors but those of parameters: the form is Media Pocket's, `{"error": "text"}`. */
export const strawberryDialect: Dialect = { ...mediaPocketDialect, name: 'strawberry' };

/** Longer than any name of a thing. */
const MAX_SHOWN = 128;

/** The 404 of a thing that is not there for the caller, as its framework words it; a long name is cut. */
export function couldNotFind(thing: 'Asset' | 'Gallery' | 'Team', text: string): Refusal {
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return notFound(`Couldn't find ${thing} with 'id'=${shown}`);
}

/** The 403 of Strawberry. */
export function notAllowed(): Refusal {
  return forbidden('Not allowed to perform this action');
}
