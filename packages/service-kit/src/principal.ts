/** For whom a call is made, and what they may do. */
export interface Principal {
  readonly partner: string;
  readonly keyId: string;
  readonly scopes: ReadonlySet<string>;
  readonly properties: ReadonlySet<string>;
  /** How much the key may use in a minute, in the costs of the contract; where it is not said, whoever limits has a standard. */
  readonly quotaPerMinute?: number;
  /** The service that calls for the partner, where one stands between. */
  readonly service?: string;
}

/** The lists of which a principal is made. */
export interface PrincipalFacts {
  readonly partner: string;
  readonly keyId?: string;
  readonly scopes?: readonly string[];
  readonly properties?: readonly string[];
  readonly quotaPerMinute?: number;
  readonly service?: string;
}

/** Everything a partner could hold, unless the lists say less: what work that a service does by itself runs under. */
export function principalOf(facts: PrincipalFacts): Principal {
  return {
    partner: facts.partner,
    keyId: facts.keyId ?? "",
    scopes: new Set(facts.scopes ?? ["*"]),
    properties: new Set(facts.properties ?? ["*"]),
    ...(facts.quotaPerMinute === undefined ? {} : { quotaPerMinute: facts.quotaPerMinute }),
    ...(facts.service === undefined ? {} : { service: facts.service }),
  };
}

/** Whether the principal holds a scope. */
export function mayUse(principal: Principal, scope: string): boolean {
  return principal.scopes.has(scope) || principal.scopes.has("*");
}

/** Whether the principal has a grant for a property, given by its id. */
export function hasGrant(principal: Principal, propertyId: string): boolean {
  return principal.properties.has(propertyId) || principal.properties.has("*");
}
