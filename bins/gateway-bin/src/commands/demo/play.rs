//! The documented workflow, step by step, over HTTP as a tenant would.

use ark_sim::Pace;
use http::Method;
use seedance_model::TaskId;

use super::bill::bill;
use super::example::{
    ASSET_IMAGE, CREATE_4K, CREATE_ASSET, CREATE_GROUP, EDIT_VIDEO, EXTEND_VIDEO, GROUP_ID,
    IMAGE_IDS, LIST_ASSETS, VIDEO_ID,
};
use super::patience::{all_active, all_finished};
use super::screen::{say, step};
use super::stage::Stage;
use super::tenant_client::{TenantClient, text};

/// Group, assets, tasks, videos, costs, list, delete.
pub(super) async fn workflow(stage: &Stage) -> anyhow::Result<()> {
    let tenant = TenantClient::new(stage)?;
    step(1, "Create an asset group, and an image and a video in it")?;
    let assets = Assets::create(&tenant).await?;
    step(2, "Wait until both assets are `Active`")?;
    all_active(&tenant, &[&assets.image, &assets.video], Stage::asset_processing()).await?;
    tenant.act("ListAssets", assets.in_place(LIST_ASSETS)).await?;
    step(3, "Create tasks: the contract's 4K, editing, extension and asset examples")?;
    let mut tasks = Vec::new();
    for example in [CREATE_4K, EDIT_VIDEO, EXTEND_VIDEO, ASSET_IMAGE] {
        tasks.push(tenant.create(assets.in_place(example)).await?);
    }
    step(4, "Poll them")?;
    let pace = Pace::default();
    let finished = all_finished(&tenant, &tasks, pace.queued + pace.running).await?;
    let Some((first, task)) = tasks.first().zip(finished.first()) else { return Ok(()) };
    say(&task.to_string())?;
    step(5, "Fetch the 4K video and its last frame from the printed URLs")?;
    fetch(&tenant, text(task, "/content/video_url")?).await?;
    fetch(&tenant, text(task, "/content/last_frame_url")?).await?;
    step(6, "See what they cost")?;
    for id in &tasks {
        say(&bill(&stage.charge(id).await?)?)?;
    }
    finish(&tenant, first).await
}

async fn finish(tenant: &TenantClient, first: &TaskId) -> anyhow::Result<()> {
    step(7, "List the tenant's tasks")?;
    let query = "?page_num=1&page_size=2&filter.status=succeeded&filter.model=doubao-seedance-2-0";
    tenant.task_call(Method::GET, query, None).await?;
    step(8, "Delete the 4K task; its charge stays in the ledger")?;
    tenant.task_call(Method::DELETE, &format!("/{first}"), None).await?;
    tenant.task_call(Method::GET, &format!("?filter.task_ids={first}"), None).await?;
    Ok(())
}

async fn fetch(tenant: &TenantClient, url: &str) -> anyhow::Result<()> {
    let (kind, bytes) = tenant.fetch(url).await?;
    say(&format!("   {url}\n   {kind}, {bytes} bytes"))?;
    Ok(())
}

/// The ids that take the place of the contract's.
struct Assets {
    group: String,
    image: String,
    video: String,
}

impl Assets {
    async fn create(tenant: &TenantClient) -> anyhow::Result<Self> {
        let created = tenant.act("CreateAssetGroup", CREATE_GROUP.to_owned()).await?;
        let group = text(&created, "/Id")?.to_owned();
        let image = CREATE_ASSET.replace(GROUP_ID, &group);
        let video = image.replace("product.png", "product.mp4").replace("\"Image\"", "\"Video\"");
        let image = tenant.act("CreateAsset", image).await?;
        let video = tenant.act("CreateAsset", video).await?;
        let (image, video) = (text(&image, "/Id")?.to_owned(), text(&video, "/Id")?.to_owned());
        Ok(Self { group, image, video })
    }

    /// The example with the ids of this play.
    fn in_place(&self, example: &str) -> String {
        let [first, second] = IMAGE_IDS;
        let example = example.replace(first, &self.image).replace(second, &self.image);
        example.replace(VIDEO_ID, &self.video).replace(GROUP_ID, &self.group)
    }
}
