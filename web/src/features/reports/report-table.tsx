import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { call, type RouteName } from "../../api/call";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Empty, Failed, Waiting } from "../../ui/list";
import { COLUMNS, type Column, type ReportName, type Rows } from "./columns";

export type Asked = Record<string, string | number>;

/** A report in parts, as a table that scrolls sideways where it is too wide. */
export function ReportTable<R extends ReportName>({ report, asked }: { report: R; asked: Asked }) {
  const query = useInfiniteQuery({
    queryKey: [`GET /api/fleet/${report}`, asked],
    queryFn: async ({ pageParam }) => {
      const query = { ...asked, cursor: pageParam ?? undefined, limit: 50 };
      return (await call(`GET /api/fleet/${report}` as RouteName, { query } as never)) as {
        items: Rows[R][];
        next?: string | null;
      };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
  });
  if (query.isPending) return <Waiting rows={6} />;
  if (query.isError) return <Failed error={query.error} again={() => query.refetch()} />;
  const rows = query.data.pages.flatMap(({ items }) => items);
  return (
    <>
      {rows.length ? (
        <Table report={report} rows={rows} />
      ) : query.hasNextPage ? (
        <p className="quiet">{t.reports.further}</p>
      ) : (
        <Empty {...t.reports.empty[report]} />
      )}
      {query.hasNextPage ? (
        <div className="more">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t.list.more}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Table<R extends ReportName>({ report, rows }: { report: R; rows: readonly Rows[R][] }) {
  const columns: readonly Column<Rows[R]>[] = COLUMNS[report];
  return (
    <div className="report" role="region" aria-label={t.reports.names[report]} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.reports.columns.device}</th>
            {columns.map(({ name, number }) => (
              <th key={name} scope="col" className={number ? "number" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={String(index)}>
              <th scope="row">
                <Link to={`/devices/${row.device_id}`}>{row.device_name}</Link>
              </th>
              {columns.map(({ name, of, number }) => (
                <td key={name} className={number ? "number" : undefined}>
                  {of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
