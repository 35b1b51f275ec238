import { createLanes, type LaneShare, type Lanes } from './lanes';

/** So many steps at once with each host, shared out to the projects as the lanes of the worker are. */
export interface HostLanes {
  run<T>(host: string, project: string, step: () => Promise<T>): Promise<T>;
}

interface Part {
  readonly share: LaneShare;
  steps: number;
}

interface Host {
  readonly lanes: Lanes;
  /** By project. */
  readonly shares: Map<string, Part>;
}

/** Hosts that nobody asks for anything are forgotten. */
export function createHostLanes(perHost: number): HostLanes {
  const hosts = new Map<string, Host>();
  return {
    async run(name, project, step) {
      const host = hosts.get(name) ?? { lanes: createLanes(perHost), shares: new Map<string, Part>() };
      hosts.set(name, host);
      const part = host.shares.get(project) ?? { share: host.lanes.join(project), steps: 0 };
      host.shares.set(project, part);
      part.steps += 1;
      try {
        return await part.share.run(step);
      } finally {
        part.steps -= 1;
        if (part.steps === 0) {
          part.share.leave();
          host.shares.delete(project);
        }
        if (host.shares.size === 0) hosts.delete(name);
      }
    },
  };
}
