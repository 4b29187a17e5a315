//! All mixtures of roles up to one more than allowed, exhausted, against a second statement of the
//! rule.

use seedance_model::{Model, Scene};

use crate::support::parse;

/// How many items of each role, and images without one.
#[derive(Clone, Copy, Debug)]
struct Mixture {
    first: usize,
    last: usize,
    bare: usize,
    images: usize,
    videos: usize,
    audios: usize,
    prompt: bool,
}

impl Mixture {
    /// The scene, said once more in other words than the library's.
    fn expected(self, model: Model) -> Option<Scene> {
        let frames = (self.first, self.last, self.bare);
        let references = (self.images, self.videos, self.audios);
        match (frames, references) {
            ((0, 0, 0), (0, 0, 0)) => self.prompt.then_some(Scene::Text),
            ((1, 0, 0) | (0, 0, 1), (0, 0, 0)) => Some(Scene::FirstFrame),
            ((1, 1, 0), (0, 0, 0)) => Some(Scene::FirstAndLastFrame),
            ((0, 0, 0), (images, videos, audios)) => {
                let sees = images + videos > 0;
                let hears = audios == 0 || model != Model::Mini;
                let fits = images <= 9 && videos <= 3 && audios <= 3;
                (sees && hears && fits).then_some(Scene::Reference)
            }
            _ => None,
        }
    }

    fn body(self, model: Model) -> String {
        let item = |kind: &str, role: &str| {
            let payload = format!(r#""{kind}_url":{{"url":"asset://a"}}"#);
            format!(r#"{{"type":"{kind}_url",{payload}{role}}}"#)
        };
        let role = |name: &str| format!(r#","role":"{name}""#);
        let mut items = vec![item("image", &role("first_frame")); self.first];
        items.extend(vec![item("image", &role("last_frame")); self.last]);
        items.extend(vec![item("image", ""); self.bare]);
        items.extend(vec![item("image", &role("reference_image")); self.images]);
        items.extend(vec![item("video", &role("reference_video")); self.videos]);
        items.extend(vec![item("audio", &role("reference_audio")); self.audios]);
        if self.prompt {
            items.push(r#"{"type":"text","text":"a paper boat"}"#.to_owned());
        }
        format!(r#"{{"model":"{model}","content":[{}]}}"#, items.join(","))
    }
}

#[test]
fn every_mixture_of_roles_makes_its_scene_or_is_refused() {
    let mut accepted = 0;
    for mixture in mixtures() {
        for model in Model::ALL {
            let expected = mixture.expected(model);
            match (parse(&mixture.body(model)), expected) {
                (Ok(request), Some(scene)) => {
                    assert_eq!(request.scene(), scene, "{mixture:?}");
                    assert_eq!(request.has_video(), mixture.videos > 0, "{mixture:?}");
                    accepted += 1;
                }
                (Err(error), None) => assert!(error.field().starts_with("content")),
                (verdict, _) => panic!("{model} {mixture:?}: {verdict:?}"),
            }
        }
    }
    assert!(accepted > 500, "only {accepted} mixtures were accepted");
}

fn mixtures() -> Vec<Mixture> {
    let mut all = Vec::new();
    for (first, last, bare) in triples(2, 2, 2) {
        for (images, videos, audios) in triples(10, 4, 4) {
            for prompt in [false, true] {
                all.push(Mixture { first, last, bare, images, videos, audios, prompt });
            }
        }
    }
    all
}

fn triples(a: usize, b: usize, c: usize) -> Vec<(usize, usize, usize)> {
    let pairs = (0..=a).flat_map(|x| (0..=b).map(move |y| (x, y)));
    pairs.flat_map(|(x, y)| (0..=c).map(move |z| (x, y, z))).collect()
}
