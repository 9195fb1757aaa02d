import { queryOptions, useQuery } from "@tanstack/react-query";
import { call } from "../../api/call";

export const listsQuery = queryOptions({ queryKey: ["parties"], queryFn: () => call("GET /api/parties") });

/** From a list's short name to what people call it. */
export function useListTitles(): (list: string) => string {
  const lists = useQuery({ ...listsQuery, staleTime: 60_000 });
  return (list) => lists.data?.items.find((each) => each.list === list)?.title || list;
}
