/** The plan that all parts of the pavilion share: metres, Y up, the pool towards +Z. */
export interface Area {
  readonly x0: number;
  readonly x1: number;
  readonly z0: number;
  readonly z1: number;
}

export const TERRACE_Y = 0.45;
export const TERRACE: Area = { x0: -4.2, x1: 7.6, z0: -6.6, z1: 1.3 };
export const DECK: Area = { x0: TERRACE.x0, x1: TERRACE.x1, z0: -1.45, z1: TERRACE.z1 };
export const ROOM: Area = { x0: -0.9, x1: 6.7, z0: -6.1, z1: -1.6 };
export const ROOF: Area = { x0: -3.9, x1: 7.4, z0: -6.7, z1: 0.25 };
export const ROOF_BOTTOM = 3.3;
/** An opening along the timber wall: daylight grazes the battens and keeps the room from being a cave. */
export const SKYLIGHT: Area = { x0: 0.1, x1: 6.0, z0: -5.95, z1: -4.95 };
export const POOL: Area = { x0: -1.3, x1: 7.2, z0: 2.0, z1: 5.2 };
export const COPING_WIDTH = 0.38;
export const COPING_TOP = 0.07;
