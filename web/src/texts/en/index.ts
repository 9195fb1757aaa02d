/** Every English text of the console. */
import { account } from "./account";
import { entry } from "./entry";
import { node } from "./node";
import { organisation } from "./organisation";
import { shared } from "./shared";

export const en = { ...shared, ...entry, ...account, ...organisation, ...node };
