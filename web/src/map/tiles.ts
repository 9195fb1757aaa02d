import { useQuery } from "@tanstack/react-query";

/** Map tiles of the operator's choice. */
export interface Tiles {
  url: string;
  attribution: string;
}

/** null: the console draws its own map. undefined: not known yet. */
export function useTiles(): Tiles | null | undefined {
  const query = useQuery({
    queryKey: ["map.json"],
    queryFn: async () => (await (await fetch("/map.json")).json()) as Tiles,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return undefined;
  return query.data?.url ? query.data : null;
}
