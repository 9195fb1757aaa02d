/** What people of the organisation are called, for whoever may know. */
import { useQuery } from "@tanstack/react-query";
import { call } from "./call";
import { allows, useMe } from "./me";
import { allOf } from "./pages";

/** From an id to a name; empty where nobody is known by it. */
export function usePeople(): (id: string) => string {
  const me = useMe();
  const people = useQuery({
    queryKey: ["GET /api/users", "all"],
    queryFn: () => allOf((from) => call("GET /api/users", { query: { ...from, limit: 200 } })),
    enabled: allows(me.data?.scopes ?? [], "user:read"),
    staleTime: 60_000,
  });
  return (id) =>
    id === me.data?.id ? me.data.name : (people.data?.find((each) => each.id === id)?.name ?? "");
}
