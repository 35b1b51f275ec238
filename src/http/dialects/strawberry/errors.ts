import { forbidden, notFound, type Refusal } from '../../refusal';
import type { Dialect } from '../../dialect';
import { mediaPocketDialect } from '../media-pocket/errors';

/** Strawberry's page shows no errors but those of parameters: the form is Media Pocket's, `{"error": "text"}`. */
export const strawberryDialect: Dialect = { ...mediaPocketDialect, name: 'strawberry' };

/** The 404 of a thing that is not there for the caller, as its framework words it. */
export function couldNotFind(thing: 'Asset' | 'Gallery' | 'Team', text: string): Refusal {
  return notFound(`Couldn't find ${thing} with 'id'=${text}`);
}

/** The 403 of Strawberry. */
export function notAllowed(): Refusal {
  return forbidden('Not allowed to perform this action');
}
