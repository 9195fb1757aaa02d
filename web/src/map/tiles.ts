import { useQuery } from "@tanstack/react-query";
import type { Street } from "./street";

/** Map tiles of the operator's choice. */
export interface Tiles {
  url: string;
  attribution: string;
}

/** What the map is drawn from: tiles of another server, or a street map of the node's own, or neither: then the
 * console draws its outline. */
export interface MapSource {
  tiles: Tiles | null;
  street: Street | null;
}

/** undefined: not known yet. */
export function useMapSource(): MapSource | undefined {
  const query = useQuery({
    queryKey: ["map.json"],
    queryFn: async () => sourceOf((await (await fetch("/map.json")).json()) as Said),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return undefined;
  return query.data ?? OUTLINE;
}

type Said = Tiles & { street?: Street | null };
const OUTLINE: MapSource = { tiles: null, street: null };

/** What somebody names in the settings comes before the file. */
export function sourceOf({ street = null, ...tiles }: Said): MapSource {
  return tiles.url ? { tiles, street: null } : { tiles: null, street };
}
