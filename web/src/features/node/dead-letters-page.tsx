import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { answerTo, type RouteName } from "../../api/call";
import { type ContextSaid, contextsQuery } from "../../api/contexts";
import type { DeadLetter } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Facts } from "../../ui/facts";
import { Dialog } from "../../ui/dialog";
import { Loaded, Rows } from "../../ui/list";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { Replay } from "./replay";

/** Every context keeps its own; the page shows them together, the newest first. */
async function deadLetters(contexts: readonly ContextSaid[]): Promise<Placed[]> {
  const lists = await Promise.all(contexts.map(({ name }) => lettersOf(name)));
  return lists.flat().sort((a, b) => b.letter.failed_at.localeCompare(a.letter.failed_at));
}

export interface Placed {
  context: string;
  letter: DeadLetter;
}

async function lettersOf(context: string): Promise<Placed[]> {
  const name = `GET /api/dead-letters/${context}` as RouteName;
  const page = await (await answerTo(name, { query: { limit: 100 } })).json();
  return page.items.map((letter: DeadLetter) => ({ context, letter }));
}

export default function DeadLettersPage() {
  const client = useQueryClient();
  const letters = useQuery({
    queryKey: ["dead-letters"],
    queryFn: async () => deadLetters(await client.ensureQueryData(contextsQuery)),
  });
  const [search, setSearch] = useSearchParams();
  const shown = letters.data?.find(({ letter }) => letter.id === search.get("letter"));
  return (
    <Page title={t.deadLetters.title} lead={t.deadLetters.lead}>
      <Loaded query={letters} rows={3}>
        {(found) => (
          <Rows items={found} empty={t.deadLetters.empty}>
            {(placed) => (
              <li key={placed.letter.id}>
                <button
                  type="button"
                  className="row opens"
                  onClick={() => setSearch({ letter: placed.letter.id })}
                >
                  <Summary placed={placed} />
                </button>
              </li>
            )}
          </Rows>
        )}
      </Loaded>
      {shown ? <Shown placed={shown} close={() => setSearch({})} /> : null}
    </Page>
  );
}

function Summary({ placed: { context, letter } }: { placed: Placed }) {
  return (
    <>
      <span className="what">
        <span className="name">
          <span className="mono">{letter.type || letter.kind}</span>
          <span className="badge bad">{t.deadLetters.kinds[letter.kind]}</span>
        </span>
        <span className="about">{letter.error}</span>
      </span>
      <span className="about">
        {t.deadLetters.at(context)} <Time at={letter.failed_at} />
      </span>
    </>
  );
}

function Shown({ placed, close }: { placed: Placed; close: () => void }) {
  const { context, letter } = placed;
  const queries = useQueryClient();
  const replayed = async () => {
    await queries.invalidateQueries({ queryKey: ["dead-letters"] });
    close();
  };
  const facts: [string, string][] = [
    [t.deadLetters.heardBy, context],
    [t.deadLetters.from, `${letter.source} #${letter.sequence}`],
    [t.deadLetters.key, letter.key],
    [t.deadLetters.attempts, String(letter.attempts)],
  ];
  return (
    <Dialog title={letter.type || t.deadLetters.kinds[letter.kind]} onClose={close}>
      <p className="wrong">{letter.error}</p>
      <Facts of={facts} mono />
      <pre className="event" tabIndex={0} role="region" aria-label={t.deadLetters.event}>
        {JSON.stringify(letter.event, null, 2)}
      </pre>
      <div className="actions">
        <Button onClick={close}>{t.shell.close}</Button>
        {letter.kind === "gap" ? null : <Replay placed={placed} done={replayed} />}
      </div>
    </Dialog>
  );
}
