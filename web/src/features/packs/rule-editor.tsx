import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { usePeople } from "../../api/people";
import type { PackView, Rule } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Field } from "../../ui/form";
import { ClashDialog } from "./clash-dialog";
import { FlawList } from "./flaw-list";
import { refusedIn, sectionOf } from "./mended";
import { flawsQuery } from "./queries";
import { RemovedDialog } from "./removed-dialog";
import { RuleSection } from "./rule-section";
import { SaveBar } from "./save-bar";
import { useSaving } from "./saving";
import { type Loose, SECTIONS, type Words } from "./specs";

/** What is open at first: of a new rule everything that it needs. */
const FIRST = new Set(["says"]);
const FIRST_OF_NEW = new Set(["says", "where", "goods", "source"]);

/** Every member of a rule in a form, folded but for what matters now. */
export function RuleEditor({
  stored,
  revision,
  pack,
  words,
  editable,
  justMade,
}: {
  stored: Rule;
  /** Of the draft, when the rule was read. */
  revision: number;
  pack: PackView;
  words: Words;
  editable: boolean;
  justMade: boolean;
}) {
  const saving = useSaving(stored, pack, revision, justMade);
  const { rule, isNew, changed } = saving;
  const [toggled, setToggled] = useState<Readonly<Record<string, boolean>>>({});
  const flaws = useQuery({ ...flawsQuery(pack.id, saving.revision), enabled: editable });
  const own = flaws.data?.flaws.filter((each) => each.rule === rule.id) ?? [];
  // What was edited since is looked through again when it is saved.
  const shown = changed ? [] : own;
  const elsewhere = shown.filter(({ field }) => !sectionOf(field));
  const refused = sectionOf(refusedIn(saving.error)?.field);
  const isOpen = (name: string) =>
    toggled[name] ??
    ((isNew ? FIRST_OF_NEW : FIRST).has(name) ||
      name === refused ||
      shown.some(({ field }) => sectionOf(field) === name));
  const every = SECTIONS.every(({ name }) => isOpen(name));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!saving.busy) void saving.save();
  };
  return (
    <form className="rule-form" onSubmit={submit} onInvalidCapture={unfold}>
      {editable ? null : <p className="quiet">{t.packs.onlyDrafts}</p>}
      {editable ? <FlawList flaws={elsewhere} /> : null}
      <div className="folds-all">
        <Button
          look="plain"
          onClick={() => setToggled(Object.fromEntries(SECTIONS.map(({ name }) => [name, !every])))}
        >
          {every ? t.packs.foldAll : t.packs.unfoldAll}
        </Button>
      </div>
      <fieldset disabled={!editable} className="rule-sections">
        {isNew ? (
          <Field
            name="id"
            label={t.packs.ruleId}
            hint={t.packs.ruleIdHint}
            required
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            value={rule.id}
            onChange={({ target }) => saving.edit({ ...rule, id: target.value })}
          />
        ) : null}
        {SECTIONS.map(({ name, fields }) => (
          <RuleSection
            key={name}
            name={name as keyof typeof t.ruleSections}
            fields={fields}
            value={rule as unknown as Loose}
            words={words}
            flaws={shown.filter(({ field }) => sectionOf(field) === name)}
            open={isOpen(name)}
            toggle={(open) => {
              if (open !== isOpen(name)) setToggled((before) => ({ ...before, [name]: open }));
            }}
            change={(next) => saving.edit(next as unknown as Rule)}
          />
        ))}
      </fieldset>
      <Meeting saving={saving} pack={pack.id} />
      {editable ? <SaveBar pack={pack} rule={rule} saving={saving} flawed={own.length > 0} /> : null}
    </form>
  );
}

/** A browser can only lead to what is missing where it can be seen. */
function unfold({ target }: FormEvent<HTMLFormElement>) {
  const fold = (target as HTMLElement).closest("details");
  if (fold) fold.open = true;
}

/** Two people edited the same draft. */
function Meeting({ saving, pack }: { saving: ReturnType<typeof useSaving>; pack: string }) {
  const nameOf = usePeople();
  const navigate = useNavigate();
  const { met } = saving;
  if (!met) return null;
  const who = nameOf(met.actor);
  if (!met.merged)
    return (
      <RemovedDialog
        who={who}
        bringBack={() => void saving.settle({})}
        leaveOut={() => void navigate(`/packs/${pack}`)}
        close={saving.leave}
      />
    );
  return (
    <ClashDialog
      who={who}
      clashes={met.merged.clashes}
      taken={met.merged.taken}
      choose={(chosen) => void saving.settle(chosen)}
      close={saving.leave}
    />
  );
}
