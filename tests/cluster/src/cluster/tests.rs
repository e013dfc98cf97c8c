//! Tests that a cluster works, and ends with its process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::Cluster;
use crate::process::wait;
use crate::programs::run;

/// Set in the process that [`a_postgres_cluster_ends_with_its_process`] starts and kills.
const TO_BE_KILLED: &str = "CLUSTER_TO_BE_KILLED";

fn sql(cluster: &Cluster, database: &str, sql: &str) -> anyhow::Result<String> {
    let mut psql = cluster.programs.command("psql", cluster.folder());
    run(psql.args(["-XAtc", sql, &cluster.url(database)]))
}

#[test]
fn what_postgres_has_committed_survives_a_crash() {
    let cluster = Cluster::start_with_env(&[("THUOCDO_SEEN", "1")]).unwrap();
    cluster.create_database("one").unwrap();
    sql(&cluster, "one", "CREATE TABLE t (n int); INSERT INTO t VALUES (7)").unwrap();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        assert_eq!(sql(&cluster, "one", &format!("SHOW {setting}")).unwrap(), "on\n");
    }
    let environment = format!("/proc/{}/environ", cluster.postmaster().unwrap().as_raw_nonzero());
    assert!(std::fs::read_to_string(environment).unwrap().contains("THUOCDO_SEEN=1"));

    cluster.kill().unwrap();
    assert!(sql(&cluster, "one", "SELECT 1").is_err());
    cluster.restart().unwrap();
    cluster.create_database_like("two", "one").unwrap();
    assert_eq!(sql(&cluster, "two", "SELECT n FROM t").unwrap(), "7\n");

    let folder = cluster.folder().to_owned();
    drop(cluster);
    assert!(!folder.exists());
}

#[test]
fn a_postgres_cluster_ends_with_its_process() {
    if std::env::var_os(TO_BE_KILLED).is_some() {
        let cluster = Cluster::start().unwrap();
        let postmaster = cluster.postmaster().unwrap().as_raw_nonzero();
        println!("\n{postmaster} {} {}", cluster.guard.pid(), cluster.folder().display());
        // Until the other side kills this process.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "cluster::tests::a_postgres_cluster_ends_with_its_process",
        ])
        .env(TO_BE_KILLED, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.contains("thuocdo-pg-")).unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let [postmaster, guard, folder] = words[..] else { panic!("{line}") };
    let open = |pid: &str| {
        pidfd_open(Pid::from_raw(pid.parse().unwrap()).unwrap(), PidfdFlags::empty()).unwrap()
    };
    let ends = [open(postmaster), open(guard)];
    process.kill().unwrap();
    process.wait().unwrap();
    ends.iter().try_for_each(wait).unwrap();
    assert!(!PathBuf::from(folder).exists());
}
