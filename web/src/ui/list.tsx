import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type Item, type ListName, listOf, type Narrowed } from "../api/pages";
import { t } from "../texts";
import { Button } from "./button";
import { Wrong } from "./notice";

interface Told<T> {
  empty: { title: string; about: string; action?: ReactNode };
  children: (item: T) => ReactNode;
}

/** A list of the node's, in parts: it waits, is empty, fails or is there, and always says which. */
export function List<N extends ListName>({
  name,
  narrowed,
  every,
  empty,
  children,
}: Told<Item<N>> & {
  name: N;
  narrowed?: Narrowed<N>;
  /** After how many milliseconds it is asked for again, because others change it too. */
  every?: number;
}) {
  const query = useInfiniteQuery({ ...listOf(name, narrowed), refetchInterval: every ?? false });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failed error={query.error} again={() => query.refetch()} />;
  const items = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Rows items={items} empty={empty}>
        {children}
      </Rows>
      {query.hasNextPage ? (
        <div className="more">
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t.list.more}
          </Button>
        </div>
      ) : null}
    </>
  );
}

export function Rows<T>({ items, empty, children }: Told<T> & { items: readonly T[] }) {
  if (!items.length) return <Empty {...empty} />;
  return <ul className="rows">{items.map(children)}</ul>;
}

export function Empty({ title, about, action }: { title: string; about: string; action?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      <p>{about}</p>
      {action}
    </div>
  );
}

export function Row({ name, about, children }: { name: ReactNode; about?: ReactNode; children?: ReactNode }) {
  return (
    <li className="row">
      <div className="what">
        <div className="name">{name}</div>
        {about ? <div className="about">{about}</div> : null}
      </div>
      {children ? <div className="actions">{children}</div> : null}
    </li>
  );
}

/** As high as the rows that will come, so that nothing jumps. */
export function Waiting({ rows = 3 }: { rows?: number }) {
  return (
    <div className="rows" role="status" aria-label={t.list.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div className="waits" key={String(index)}>
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}

export function Failed({ error, again }: { error: unknown; again: () => unknown }) {
  return (
    <div className="part">
      <Wrong error={error} />
      <div>
        <Button onClick={again}>{t.actions.again}</Button>
      </div>
    </div>
  );
}

/** One thing of the node's, with the same states as a list. */
export function Loaded<T>({
  query,
  children,
  rows = 2,
}: {
  query: ReturnType<typeof useQuery<T>>;
  children: (data: T) => ReactNode;
  rows?: number;
}) {
  if (query.isPending) return <Waiting rows={rows} />;
  if (query.isError) return <Failed error={query.error} again={() => query.refetch()} />;
  return <>{children(query.data)}</>;
}
