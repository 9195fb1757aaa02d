import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/call";
import type { ListVersion, PartyChange } from "../../api/routes";
import { t } from "../../texts";
import { Loaded } from "../../ui/list";

/** Who came, went and changed, and in what. */
export function ListChanges({ changes, more }: { changes: readonly PartyChange[]; more: number }) {
  return (
    <ul className="reasons">
      {changes.map(({ id, name, change, fields }) => (
        <li key={id}>
          {t.files.change[change]}: {name}{" "}
          <span className="quiet">
            ({[id, ...(fields ?? []).map((each) => t.files.fields[each] ?? each)].join(", ")})
          </span>
        </li>
      ))}
      {more > 0 ? <li>{t.files.more(more)}</li> : null}
    </ul>
  );
}

/** What the newest version changed in the one before it. */
export function NewestChanges({
  version: { list, version, added, changed, removed },
}: {
  version: ListVersion;
}) {
  const found = useQuery({
    queryKey: ["parties", list, version],
    queryFn: () => call("GET /api/parties/{name}/changes", { path: { name: list }, query: { limit: 50 } }),
  });
  return (
    <Loaded query={found}>
      {({ items }) => <ListChanges changes={items} more={added + changed + removed - items.length} />}
    </Loaded>
  );
}
