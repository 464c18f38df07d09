//! Who this is: the service's name and the attributes of its resource.

use super::effective::Origin;
use super::entities::{self, Entity};
use super::{Code, Reader, parse};

const SERVICE_NAME: &str = "service.name";
const ENTITIES: &str = "OTEL_ENTITIES";
const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";

/// The service's name, and the attributes beside it in order of increasing precedence.
pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> (String, Vec<(String, String)>) {
    let mut attributes = Vec::new();
    let listed = env.read(ATTRIBUTES, parse::pairs).unwrap_or_default();
    attributes.extend(listed.into_iter().map(|pair| (pair, Origin::Environment(ATTRIBUTES.to_owned()))));
    let entities = env.read(ENTITIES, entities::parse).unwrap_or_default();
    let described = entities.into_iter().flat_map(|entity| described(entity, env)).collect::<Vec<_>>();
    let of_entities =
        described.iter().rev().find(|(key, _)| key == SERVICE_NAME).map(|(_, name)| name.clone());
    attributes.extend(described.into_iter().map(|pair| (pair, Origin::Environment(ENTITIES.to_owned()))));
    attributes.extend(of_code(code).map(|pair| (pair, Origin::Code)));
    let name = service_name(code, env, of_entities, &attributes);
    for ((key, value), origin) in attributes.iter().filter(|((key, _), _)| key != SERVICE_NAME) {
        env.enter(format!("resource.{key}"), value, origin.clone());
    }
    (name, attributes.into_iter().map(|(pair, _)| pair).collect())
}

/// The attributes that an entity adds.
fn described(entity: Entity, env: &mut Reader<'_>) -> Vec<(String, String)> {
    let Entity { kind, mut id, description, schema_url } = entity;
    if let Some(url) = schema_url {
        env.notice(format!("{ENTITIES}: the schema {url} of `{kind}` is not sent"));
    }
    id.extend(description);
    id
}

fn of_code(code: &Code) -> impl Iterator<Item = (String, String)> {
    let named = [
        ("service.version", &code.service_version),
        ("deployment.environment.name", &code.deployment_environment),
    ];
    let named = named.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
    named.chain(code.attributes.iter().cloned())
}

/// The name given to the builder is what the service is called unless its operator says otherwise.
fn service_name(
    code: &Code,
    env: &mut Reader<'_>,
    of_entities: Option<String>,
    attributes: &[((String, String), Origin)],
) -> String {
    const NAME: &str = "OTEL_SERVICE_NAME";
    let said = env.text(NAME).map(|name| (name, Origin::Environment(NAME.to_owned())));
    let of_entities = of_entities.map(|name| (name, Origin::Environment(ENTITIES.to_owned())));
    let listed = || attributes.iter().rev().find(|((key, _), _)| key == SERVICE_NAME);
    let listed = || listed().map(|((_, name), origin)| (name.clone(), origin.clone()));
    let (name, origin) =
        of_entities.or(said).or_else(listed).unwrap_or_else(|| (code.service_name.clone(), Origin::Code));
    if name.is_empty() {
        env.complain(
            "service name",
            "is empty; name the service in `Telemetry::builder` or OTEL_SERVICE_NAME",
        );
    }
    env.enter(format!("resource.{SERVICE_NAME}"), &name, origin);
    name
}
