/** How a feature describes itself: the table from which the router and the menu are made. */
import type { ComponentType, ReactNode } from "react";
import type { ContextName } from "../api/contexts";
import type { Contexts } from "../api/routes";
import type { IconName } from "./icon";

/** Where an entry stands in the menu, in this order. */
export const GROUPS = ["tracking", "compliance", "you", "organisation", "node"] as const;
export type Group = (typeof GROUPS)[number];

type Load<Props = object> = () => Promise<{ default: ComponentType<Props> }>;

/** One page: its address, who may see it, and its place in the menu. */
interface PageOf<C extends ContextName> {
  path: string;
  load: Load;
  /** The scope that it needs, one of its context's; without one, everybody who is signed in may see it. */
  scope?: Contexts[C];
  /** Also for people who are not signed in, without the menu; `bare` also without any frame. */
  open?: boolean | "bare";
  nav?: { group: Group; order: number; text: string; about: string; icon: IconName };
}

/** Pages that leave slots for what other features know, and what they give it. */
export interface Slots {
  /** A section of a device's page. */
  "/devices/:id": { id: string; mayWrite: boolean };
  /** The day of the device that was chosen on the map. */
  "/map": DaySlot;
}

interface DaySlot {
  /** Empty while no device is chosen. */
  id: string;
  name: string;
  odometer_m: number | null;
  /** Of the page's address. */
  address: Readonly<{ day: string; at: string }>;
  change: (wanted: { day?: string; at?: string; follow?: string }) => void;
  /** Whether the device is nowhere on the live map. */
  unseen: boolean;
  children: (shown: DayShown) => ReactNode;
}

export interface DayShown {
  /** Beside the map, and upon it. */
  panel: ReactNode;
  drawn: ReactNode;
  /** Longitude and latitude of every place on the way. */
  way: readonly [number, number][];
  /** Whether another moment than now is looked at. */
  past: boolean;
}

/** What a feature shows on a page of another one, for whoever may see it. */
type PartOf<C extends ContextName> = {
  [P in keyof Slots]: { on: P; order: number; scope?: Contexts[C]; load: Load<Slots[P]> };
}[keyof Slots];

/** What a folder under features/ exports as default from its feature.ts. */
interface FeatureOf<C extends ContextName> {
  /** The context that answers it: on a node without that context, nothing of the feature is there. */
  context: C;
  pages?: readonly PageOf<C>[];
  parts?: readonly PartOf<C>[];
}

export type Feature = { [C in ContextName]: FeatureOf<C> }[ContextName];
export type FeaturePage = PageOf<ContextName>;
export type FeaturePart = PartOf<ContextName>;
