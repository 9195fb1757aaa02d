import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { type Me, meQuery } from "../../api/me";
import { t } from "../../texts";
import { Choice } from "../../ui/form";
import { Wrong } from "../../ui/notice";
import { useFreshSession } from "./fresh-session";

/** Whether everybody in the organisation needs a second factor. */
export function DemandFactor({ me }: { me: Me }) {
  const queries = useQueryClient();
  const { fresh, dialog } = useFreshSession();
  const [error, setError] = useState<unknown>(null);
  const change = async (demanded: boolean) => {
    setError(null);
    try {
      await fresh(() => call("PATCH /api/organisation", { body: { demands_second_factor: demanded } }));
    } catch (problem) {
      setError(problem);
    }
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  return (
    <>
      <Choice
        label={t.demand.label}
        hint={t.demand.hint}
        checked={me.organisation.demands_second_factor}
        onChange={(event) => void change(event.target.checked)}
      />
      {error ? <Wrong error={error} /> : null}
      {dialog}
    </>
  );
}
