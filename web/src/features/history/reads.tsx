import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "../../api/call";
import { usePeople } from "../../api/people";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import type { Slots } from "../../ui/feature";
import { Failed, Row, Rows, Waiting } from "../../ui/list";
import { Section } from "../../ui/page";
import { Time } from "../../ui/time";

/** Who looked at this device's positions, and at what. */
export default function Reads({ id }: Slots["/devices/:id"]) {
  return (
    <Section title={t.device.reads} about={t.device.readsAbout}>
      <Looks id={id} />
    </Section>
  );
}

function Looks({ id }: { id: string }) {
  const nameOf = usePeople();
  const query = useInfiniteQuery({
    queryKey: ["GET /api/devices/{id}/reads", id],
    queryFn: ({ pageParam }) =>
      call("GET /api/devices/{id}/reads", {
        path: { id },
        query: { limit: 10, ...(pageParam ? { cursor: pageParam } : {}) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
  });
  if (query.isPending) return <Waiting rows={2} />;
  if (query.isError) return <Failed error={query.error} again={() => query.refetch()} />;
  const looks = query.data.pages.flatMap(({ items }) => items);
  return (
    <>
      <Rows items={looks} empty={t.device.noReads}>
        {(look) => (
          <Row
            key={`${look.at} ${look.reader} ${look.what}`}
            name={nameOf(look.reader) || t.device.readers[look.reader_kind] || look.reader_kind}
            about={
              <>
                {t.device.looked[look.what] ?? look.what}, <Time at={look.at} />
              </>
            }
          />
        )}
      </Rows>
      {query.hasNextPage ? (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t.list.more}
        </Button>
      ) : null}
    </>
  );
}
