/** A schema with everything the schema language has, for generated policies and requests. */
export const fuzzSchema = `
entity Plan enum ["free", "paid"];
entity Group in [Group, Plan];
entity User in [Group] {
  age: Long, name: String, active: Bool, nick?: String, boss?: User, address: ipaddr, joined: datetime,
  rate: decimal, langs: Set<String>, friends: Set<User>, plan: Plan,
  limits: { max: Long, min?: Long, inner: { deep?: Bool } },
} tags Set<String>;
entity Bot in [Group] { age: Long, ttl: duration, "odd name"?: Long } tags Long;
entity Folder in [Folder];
entity Doc in [Folder] { owner: User, size: Long, labels: Set<String>, expires?: datetime };
type Meta = { a: Bool, b?: { c: Long, d?: String } };
type Context = {
  now: datetime, ip: ipaddr, level: Long, ok: Bool, kind: String, opt?: Long, amount: decimal, wait: duration,
  tags: Set<String>, nums: Set<Long>, who: User, meta: Meta, pairs: Set<{ k: String, v?: Long }>,
};
action any; action reading, writing in [any];
action view in [reading] appliesTo { principal: [User, Bot], resource: [Doc, Folder], context: Context };
action edit in [writing, reading] appliesTo { principal: [User, Bot], resource: Doc, context: Context };
action login appliesTo { principal: User, resource: Group, context: { level: Long, meta?: Meta } };
`;
