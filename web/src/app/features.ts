/** Every folder under features/ that describes itself is part of the console. */
import type { ContextName } from "../api/contexts";
import type { Feature, FeaturePage, FeaturePart } from "../ui/feature";

const found = import.meta.glob<{ default: Feature }>("../features/*/feature.ts", { eager: true });

/** What a feature says, with the context that answers it. */
export type Placed<T> = T & { context: ContextName };

export const pages: readonly Placed<FeaturePage>[] = Object.values(found).flatMap(
  ({ default: { context, pages = [] } }) => pages.map((page) => ({ ...page, context })),
);

export const parts: readonly Placed<FeaturePart>[] = Object.values(found)
  .flatMap(({ default: { context, parts = [] } }) => parts.map((part) => ({ ...part, context })))
  .sort((a, b) => a.order - b.order);
