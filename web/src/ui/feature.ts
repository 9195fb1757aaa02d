import type { ComponentType } from "react";
import type { IconName } from "./icon";

/** Where an entry stands in the navigation, in this order. */
export const GROUPS = ["tracking", "compliance", "you", "organisation", "node"] as const;

/** One page: its address, who may see it, and its place in the navigation. */
export interface FeaturePage {
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** The scope that it needs; without one, everybody who is signed in may see it. */
  scope?: string;
  /** Also for people who are not signed in, without the navigation; `bare` also without any frame. */
  open?: boolean | "bare";
  nav?: { group: (typeof GROUPS)[number]; order: number; text: string; about: string; icon: IconName };
}

/** What a folder under features/ exports as default from its feature.ts. */
export interface Feature {
  pages: FeaturePage[];
}
