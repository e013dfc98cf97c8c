//! Several servers on one database.

use scoring::Mirror;

use super::{POLICY, World};
use crate::analysis::mirror::keeper::Look;
use crate::analysis::mirror::leader::Leader;
use crate::analysis::mirror::{Check, Keeper, KeeperError, Kept};

async fn look(world: &World, keeper: &Keeper, leader: &Leader) -> Look {
    keeper.look(leader, &*world.store, &world.definitions, Check::Sizes).await.unwrap()
}

#[tokio::test]
async fn one_server_keeps_the_mirror_until_it_stops() {
    let mut world = World::new().await;
    world.record(20).await;
    let (keeper, first, second) = (world.keeper(), Leader::default(), Leader::default());
    let Look::Kept(kept) = look(&world, &keeper, &first).await else { panic!("nobody led") };
    assert_eq!(kept.written, 2);
    world.record(20).await;
    assert_eq!(look(&world, &keeper, &second).await, Look::Followed);
    let refused = keeper.run(&*world.store, &world.definitions, Check::Sizes).await;
    assert!(matches!(refused, Err(KeeperError::Led)), "a command beside the server: {refused:?}");
    drop(first);
    let Look::Kept(kept) = look(&world, &keeper, &second).await else { panic!("it is free") };
    assert_eq!((kept.written, kept.dropped), (2, 0));
}

#[tokio::test]
async fn a_server_with_a_folder_of_its_own_leaves_the_mirror_to_the_one_that_has_the_files() {
    let mut world = World::new().await;
    world.record(20).await;
    let (here, elsewhere) = (world.keeper(), world.folder.path().join("elsewhere"));
    let there = Keeper::new(Mirror::new(elsewhere.clone()), POLICY);
    let (first, second) = (Leader::default(), Leader::default());
    look(&world, &here, &first).await;
    let listed = world.listed().await;
    drop(first);
    // The first one restarts: it has five minutes.
    for _ in 0..10 {
        assert_eq!(look(&world, &there, &second).await, Look::Followed);
    }
    let first = Leader::default();
    assert_eq!(look(&world, &here, &first).await, Look::Kept(Kept::default()));
    for _ in 0..20 {
        assert_eq!(look(&world, &there, &second).await, Look::Followed, "it is kept");
    }
    assert_eq!(world.listed().await, listed);

    // The first one never comes back.
    drop(first);
    for _ in 0..10 {
        assert_eq!(look(&world, &there, &second).await, Look::Followed);
    }
    let Look::Kept(kept) = look(&world, &there, &second).await else { panic!("time is over") };
    assert_eq!((kept.dropped, kept.written), (2, 2));
    assert!(elsewhere.join(world.listed().await.first().unwrap()).exists());
    assert_eq!(look(&world, &there, &second).await, Look::Kept(Kept::default()));
    // Should the first one come back now, it follows, and clears its folder.
    assert_eq!(look(&world, &here, &Leader::default()).await, Look::Followed);
}

/// A lead that is lost in the middle of a run: nothing is listed after it.
#[tokio::test]
async fn a_lost_lead_lists_nothing() {
    let leader = Leader::default();
    let refused = leader.confirm().await;
    assert!(matches!(refused, Err(KeeperError::Led)));
    let world = World::new().await;
    let lead = world.store.lead(store::LeaderTask::Mirror).await.unwrap();
    assert!(!leader.lead(&*world.store).await.unwrap());
    drop(lead);
    assert!(leader.lead(&*world.store).await.unwrap());
    leader.confirm().await.unwrap();
}
