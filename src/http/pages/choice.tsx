export interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly (readonly [value: string, words: string])[];
}

/** A field of a filter; an empty value is no condition. */
export function Choice({ name, label, chosen, options }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        <option value="">All</option>
        {options.map(([value, words]) => (
          <option key={value} value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

export interface ProjectChoiceProps {
  /** Uuid, or an empty text. */
  readonly chosen: string;
  /** Those that can be chosen; a chosen one beyond them is shown by its uuid. */
  readonly projects: readonly { readonly uuid: string; readonly name: string }[];
}

export function ProjectChoice({ chosen, projects }: ProjectChoiceProps) {
  const unlisted = chosen !== '' && !projects.some(({ uuid }) => uuid === chosen);
  const options = [
    ...(unlisted ? ([[chosen, chosen]] as const) : []),
    ...projects.map(({ uuid, name }) => [uuid, name] as const),
  ];
  return <Choice name="project" label="Project" chosen={chosen} options={options} />;
}
