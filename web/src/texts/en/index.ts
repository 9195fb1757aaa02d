/** Every English text of the console. */
import { account } from "./account";
import { entry } from "./entry";
import { fences } from "./fences";
import { habits } from "./habits";
import { map } from "./map";
import { node } from "./node";
import { notifications } from "./notifications";
import { organisation } from "./organisation";
import { devicePreferences } from "./device-preferences";
import { rule } from "./rule";
import { ruleAnswers } from "./rule-answers";
import { ruleBrowse } from "./rule-browse";
import { ruleChecks } from "./rule-checks";
import { chapters } from "./rule-chapters";
import { ruleFields } from "./rule-fields";
import { ruleFiles } from "./rule-files";
import { glossary } from "./rule-glossary";
import { rulePacks } from "./rule-packs";
import { traits } from "./rule-traits";
import { shared } from "./shared";
import { tracking } from "./tracking";
import { watch } from "./watch";

export const en = {
  ...shared,
  ...entry,
  ...account,
  ...organisation,
  ...node,
  ...map,
  ...tracking,
  ...fences,
  ...habits,
  ...devicePreferences,
  ...watch,
  ...notifications,
  ...rule,
  ...ruleAnswers,
  ...ruleBrowse,
  ...ruleChecks,
  chapters,
  traits,
  glossary,
  ...ruleFields,
  ...ruleFiles,
  ...rulePacks,
};
