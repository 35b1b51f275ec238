/** The page of an action: under its name where that reads well in an address, else under its id. */
export function toActionPath({ id, name }: { readonly id: string; readonly name: string }): string {
  const reads = name.length <= 60 && /^[\p{L}\p{N}][\p{L}\p{N} _-]*$/u.test(name) && !/^[0-9]+$/.test(name);
  return `/actions/${reads ? encodeURIComponent(name) : id}`;
}
