/** What is done of a kept check, as everybody in the organisation sees it. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { listOf } from "../../api/pages";
import type { Check as Check, Requirement as Asked, Tick } from "../../api/routes";

export interface Ticks {
  of: (rule: string) => Tick | undefined;
  /** Nothing, for somebody who may only look. */
  toggle: ((rule: string) => void) | null;
  error: unknown;
}

const ticksOf = (id: string) =>
  queryOptions({
    queryKey: ["ticks", id],
    queryFn: async () => (await call("GET /api/checks/{id}/ticks", { path: { id } })).items,
  });

/** A tick shows at once; if the node refuses it, it goes again and the error says why. */
export function useTicks(id: string): Ticks {
  const client = useQueryClient();
  const me = useMe().data;
  const [pending, setPending] = useState<ReadonlyMap<string, Tick | null>>(new Map());
  const found = useQuery(ticksOf(id));
  const mutationKey = ["tick", id];
  const change = useMutation({
    mutationKey,
    scope: { id: `tick ${id}` },
    mutationFn: ({ rule, done }: { rule: string; done: boolean }) =>
      call(`${done ? "PUT" : "DELETE"} /api/checks/{id}/ticks/{rule}`, { path: { id, rule } }),
    onSettled: async () => {
      if (client.isMutating({ mutationKey }) > 1) return;
      await client.invalidateQueries({ queryKey: ticksOf(id).queryKey });
      setPending(new Map());
      await client.invalidateQueries({ queryKey: listOf("GET /api/checks").queryKey });
    },
  });
  const stored = new Map(found.data?.map((each) => [each.rule, each]));
  const of = (rule: string) => (pending.has(rule) ? (pending.get(rule) ?? undefined) : stored.get(rule));
  const toggle = (rule: string) => {
    const done = !of(rule);
    const tick = done ? { rule, by: me?.id ?? "", at: new Date().toISOString() } : null;
    setPending(new Map(pending).set(rule, tick));
    change.mutate({ rule, done });
  };
  const may = found.data && allows(me?.scopes ?? [], "check:write");
  return { of, toggle: may ? toggle : null, error: change.error ?? found.error };
}

/** What forbids cannot be done, and what informs need not be. */
export function canBeDone({ rule: { severity } }: Asked): boolean {
  return severity !== "prohibited" && severity !== "information";
}

export function progress({ requirements }: Check, ticks: Ticks): { done: number; todo: number } {
  const things = requirements.filter(canBeDone);
  return { done: things.filter(({ rule }) => ticks.of(rule.id)).length, todo: things.length };
}
