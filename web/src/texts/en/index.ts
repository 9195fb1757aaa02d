/** Every English text of the console: what a feature says stands in the file of its name. */
import { account } from "./account";
import { alerts } from "./alerts";
import { answers } from "./answers";
import { calendar } from "./calendar";
import { chapters } from "./chapters";
import { checks } from "./checks";
import { devicePreferences } from "./device-preferences";
import { devices } from "./devices";
import { entry } from "./entry";
import { fences } from "./fences";
import { files } from "./files";
import { glossary } from "./glossary";
import { habits } from "./habits";
import { history } from "./history";
import { hs } from "./hs";
import { mail } from "./mail";
import { map } from "./map";
import { node } from "./node";
import { notifications } from "./notifications";
import { organisation } from "./organisation";
import { packFields } from "./pack-fields";
import { exchange } from "./exchange";
import { packs } from "./packs";
import { quarantine } from "./quarantine";
import { rules } from "./rules";
import { screening } from "./screening";
import { shared } from "./shared";
import { shares } from "./shares";
import { trade } from "./trade";
import { traits } from "./traits";
import { webhooks } from "./webhooks";

export const en = {
  ...shared,
  ...entry,
  ...account,
  ...organisation,
  ...mail,
  ...node,
  ...notifications,
  ...webhooks,
  ...map,
  ...history,
  ...habits,
  ...devices,
  ...devicePreferences,
  ...fences,
  ...calendar,
  ...alerts,
  ...shares,
  ...quarantine,
  ...trade,
  ...checks,
  ...answers,
  ...rules,
  ...hs,
  ...screening,
  ...exchange,
  ...packs,
  ...packFields,
  ...files,
  chapters,
  traits,
  glossary,
};
