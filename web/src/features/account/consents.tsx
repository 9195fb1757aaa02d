import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, type Takes } from "../../api/call";
import { t } from "../../texts";
import { Choice } from "../../ui/form";
import { Loaded } from "../../ui/list";
import { Wrong } from "../../ui/notice";

type Purpose = Takes<"POST /api/users/me/consents">["purpose"];

/** What somebody agreed to; it is taken back as easily as it was given. */
export function Consents() {
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["consents"], queryFn: () => call("GET /api/users/me/consents") });
  const [error, setError] = useState<unknown>(null);
  const change = async (purpose: Purpose, given: boolean) => {
    setError(null);
    try {
      await call("POST /api/users/me/consents", { body: { purpose, given } });
    } catch (problem) {
      setError(problem);
    }
    await queries.invalidateQueries({ queryKey: ["consents"] });
  };
  return (
    <>
      <Loaded query={query}>
        {({ items }) => (
          <div>
            {items.map(({ purpose, given, about }) => (
              <Choice
                key={purpose}
                label={t.purposes[purpose as Purpose] ?? purpose}
                hint={about}
                checked={given}
                onChange={(event) => void change(purpose as Purpose, event.target.checked)}
              />
            ))}
          </div>
        )}
      </Loaded>
      {error ? <Wrong error={error} /> : null}
    </>
  );
}
