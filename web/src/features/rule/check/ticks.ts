/** What is done of a kept check, as everybody in the organisation sees it. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../../../api/call";
import { allows, useMe } from "../../../api/me";
import { listOf } from "../../../api/pages";
import type { RuleCheck as Check, RuleRequirement as Asked, Tick } from "../../../api/routes";

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
  const { queryKey, ...rest } = ticksOf(id);
  const found = useQuery({ queryKey, ...rest });
  const mutationKey = ["tick", id];
  const change = useMutation({
    mutationKey,
    scope: { id: `tick ${id}` },
    mutationFn: ({ rule, done }: { rule: string; done: boolean }) =>
      call(`${done ? "PUT" : "DELETE"} /api/checks/{id}/ticks/{rule}`, { path: { id, rule } }),
    onMutate: async ({ rule, done }) => {
      await client.cancelQueries({ queryKey });
      const tick = { rule, by: me?.id ?? "", at: new Date().toISOString() };
      client.setQueryData(queryKey, (ticks) => toggled(ticks ?? [], tick, done));
    },
    onSettled: async () => {
      if (client.isMutating({ mutationKey }) > 1) return;
      await client.invalidateQueries({ queryKey });
      await client.invalidateQueries({ queryKey: listOf("GET /api/checks").queryKey });
    },
  });
  const ticks = new Map(found.data?.map((each) => [each.rule, each]));
  const may = found.data && allows(me?.scopes ?? [], "check:write");
  return {
    of: (rule) => ticks.get(rule),
    toggle: may ? (rule) => change.mutate({ rule, done: !ticks.has(rule) }) : null,
    error: change.error ?? found.error,
  };
}

export function toggled(ticks: readonly Tick[], tick: Tick, done: boolean): Tick[] {
  const others = ticks.filter(({ rule }) => rule !== tick.rule);
  return done ? [...others, tick] : others;
}

/** What forbids cannot be done, and what informs need not be. */
export function canBeDone({ rule: { severity } }: Asked): boolean {
  return severity !== "prohibited" && severity !== "information";
}

export function progress({ requirements }: Check, ticks: Ticks): { done: number; todo: number } {
  const things = requirements.filter(canBeDone);
  return { done: things.filter(({ rule }) => ticks.of(rule.id)).length, todo: things.length };
}
