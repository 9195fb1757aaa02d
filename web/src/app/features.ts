/** Every folder under features/ that describes itself is part of the console. */
import { allows } from "../api/me";
import { type Feature, type FeaturePage, GROUPS } from "../ui/feature";

const found = import.meta.glob<{ default: Feature }>("../features/*/feature.ts", { eager: true });

export const pages: readonly FeaturePage[] = Object.values(found).flatMap((each) => each.default.pages);

export type NavEntry = NonNullable<FeaturePage["nav"]> & { path: string };

/** The navigation of somebody with these scopes, in its groups. */
export function navigation(
  scopes: readonly string[],
): { group: (typeof GROUPS)[number]; entries: NavEntry[] }[] {
  const shown = pages.filter((page) => page.nav && allows(scopes, page.scope));
  return GROUPS.map((group) => ({
    group,
    entries: shown
      .flatMap((page) => (page.nav?.group === group ? [{ ...page.nav, path: page.path }] : []))
      .sort((a, b) => a.order - b.order),
  })).filter(({ entries }) => entries.length > 0);
}
