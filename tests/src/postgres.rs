//! Gives databases of the throw-away PostgreSQL of the tests.

/// An empty database of the cluster that all tests share, by its URL.
pub fn database(name: &str) -> String {
    let cluster = cluster::shared().expect("PostgreSQL starts");
    cluster.create_database(name).expect("no test has taken the name")
}

/// The URL of a database that a test has made.
pub fn url(name: &str) -> String {
    cluster::shared().expect("PostgreSQL starts").url(name)
}
