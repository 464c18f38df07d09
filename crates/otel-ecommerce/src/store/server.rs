//! What is usual of each product.

use crate::labels::System;

/// The port a product listens on unless it is told otherwise; `None` where there is none, or more than one.
pub(super) const fn usual_port(system: System) -> Option<u16> {
    Some(match system {
        System::PostgreSql => 5432,
        System::MySql | System::MariaDb => 3306,
        System::SqlServer => 1433,
        System::OracleDb => 1521,
        System::CockroachDb => 26_257,
        System::Redis => 6379,
        System::Memcached => 11_211,
        System::MongoDb => 27_017,
        System::CouchDb => 5984,
        System::Cassandra => 9042,
        System::Elasticsearch | System::OpenSearch => 9200,
        System::Sqlite | System::ClickHouse | System::DynamoDb | System::OtherSql => return None,
    })
}
