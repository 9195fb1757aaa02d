/** Lists that the node gives in parts. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { call, type Gives, type RouteName, type Sent } from "./call";

type Paged = { items: unknown[]; next?: string | null };
export type ListName = { [N in RouteName]: Gives<N> extends Paged ? N : never }[RouteName];
export type Item<N extends ListName> = Gives<N> extends { items: (infer T)[] } ? T : never;

/** What narrows a list, beside `cursor` and `limit`. */
export type Narrowed<N extends ListName> = Omit<
  Sent<N> extends { query?: infer Q } ? NonNullable<Q> : never,
  "cursor" | "limit"
>;

export function listOf<N extends ListName>(name: N, narrowed?: Narrowed<N>) {
  return infiniteQueryOptions({
    queryKey: narrowed ? [name, narrowed] : [name],
    queryFn: async ({ pageParam }) => {
      const query = { ...narrowed, cursor: pageParam ?? undefined, limit: 50 };
      return (await call(name, { query } as never)) as { items: Item<N>[]; next?: string | null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
  });
}

const MOST_PAGES = 50;

/** Every page of a list, one after the other. */
export async function allOf<T>(
  page: (from: { cursor?: string }) => Promise<{ items: T[]; next?: string | null }>,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let count = 0; count < MOST_PAGES; count++) {
    const { items, next }: { items: T[]; next?: string | null } = await page(
      cursor === null ? {} : { cursor },
    );
    found.push(...items);
    if (!next) break;
    cursor = next;
  }
  return found;
}
