//! Several servers on one database.

use scoring::Mirror;

use super::{POLICY, World};
use crate::analysis::mirror::job::Tick;
use crate::analysis::mirror::leader::Leader;
use crate::analysis::mirror::{Check, MirrorJob, MirrorJobError, RunReport};

async fn tick(world: &World, job: &MirrorJob, leader: &Leader) -> Tick {
    job.tick(leader, &*world.store, &world.definitions, Check::Sizes).await.unwrap()
}

#[tokio::test]
async fn one_server_keeps_the_mirror_until_it_stops() {
    let mut world = World::new().await;
    world.record(20).await;
    let (job, first, second) = (world.job(), Leader::default(), Leader::default());
    let Tick::Ran(report) = tick(&world, &job, &first).await else { panic!("nobody led") };
    assert_eq!(report.written, 2);
    world.record(20).await;
    assert_eq!(tick(&world, &job, &second).await, Tick::Followed);
    let refused = job.run(&*world.store, &world.definitions, Check::Sizes).await;
    assert!(
        matches!(refused, Err(MirrorJobError::Led)),
        "a command beside the server: {refused:?}"
    );
    drop(first);
    let Tick::Ran(report) = tick(&world, &job, &second).await else { panic!("it is free") };
    assert_eq!((report.written, report.dropped), (2, 0));
}

#[tokio::test]
async fn a_server_with_a_folder_of_its_own_leaves_the_mirror_to_the_one_that_has_the_files() {
    let mut world = World::new().await;
    world.record(20).await;
    let (here, elsewhere) = (world.job(), world.folder.path().join("elsewhere"));
    let there = MirrorJob::new(Mirror::new(elsewhere.clone()), POLICY);
    let (first, second) = (Leader::default(), Leader::default());
    tick(&world, &here, &first).await;
    let listed = world.listed().await;
    drop(first);
    // The first one restarts: it has five minutes.
    for _ in 0..10 {
        assert_eq!(tick(&world, &there, &second).await, Tick::Followed);
    }
    let first = Leader::default();
    assert_eq!(tick(&world, &here, &first).await, Tick::Ran(RunReport::default()));
    for _ in 0..20 {
        assert_eq!(tick(&world, &there, &second).await, Tick::Followed, "it is kept");
    }
    assert_eq!(world.listed().await, listed);

    // The first one never comes back.
    drop(first);
    for _ in 0..10 {
        assert_eq!(tick(&world, &there, &second).await, Tick::Followed);
    }
    let Tick::Ran(report) = tick(&world, &there, &second).await else { panic!("time is over") };
    assert_eq!((report.dropped, report.written), (2, 2));
    assert!(elsewhere.join(world.listed().await.first().unwrap()).exists());
    assert_eq!(tick(&world, &there, &second).await, Tick::Ran(RunReport::default()));
    // Should the first one come back now, it follows, and clears its folder.
    assert_eq!(tick(&world, &here, &Leader::default()).await, Tick::Followed);
}

/// A lead that is lost in the middle of a run: nothing is listed after it.
#[tokio::test]
async fn a_lost_lead_lists_nothing() {
    let leader = Leader::default();
    let refused = leader.confirm().await;
    assert!(matches!(refused, Err(MirrorJobError::Led)));
    let world = World::new().await;
    let lead = world.store.lead(store::LeaderTask::Mirror).await.unwrap();
    assert!(!leader.lead(&*world.store).await.unwrap());
    drop(lead);
    assert!(leader.lead(&*world.store).await.unwrap());
    leader.confirm().await.unwrap();
}
