# %% [markdown]
# # Container images
#
# You build images that are small, safe and the same every time, and keep those that matter.
#
# *70 minutes. Level: intermediate. First: [chapter 03](03_build_and_test.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - say what an image is, down to its bytes, and make one from tar and JSON
# - read, lint and improve a Dockerfile, and measure what the order of its lines costs
# - push to ECR under names that stay what they are
# - design a lifecycle policy, foresee what it deletes, and keep it off what production runs

# %% [markdown]
# ## The story so far
#
# All of the shop moves into containers. Somebody has written a Dockerfile for `orders` and one for
# the storefront, on a Friday. They work. The images are large, run as root, carry a compiler and a
# password along, and nobody knows which of the hundreds of images in the registry still matter.
# Last week a colleague tidied up. Today `payments` cannot start a single new task.

# %% [markdown]
# ## The idea
#
# An **image** is three things. **Layers** are tar files, unpacked over each other. A
# **configuration** says what a container starts with: command, user, port, health check. A
# **manifest** names both. Everything is named by the SHA-256 of its bytes, its **digest**.
#
# ![Tags on the left point to manifests. Each manifest names a configuration and three layers. Two
# images share the layers with the base and the libraries; only the layer with the code is each
# one's own.](images/container_image.svg)
#
# Three things follow. What two images share is kept and sent once. A digest is a promise: these
# bytes or none. And a **tag** is no more than a note that sticks on a digest, until somebody moves
# it.
#
# A **registry** keeps all that. ECR is AWS's. It does not tidy up by itself: a **lifecycle policy**
# says what may go.

# %% [markdown]
# ## A worked example
#
# Open the lab. The registry has a repository `orders`, with all that was pushed in 2025.

# %%
import gzip
import json
from textwrap import shorten

import boto3

from devops_workbook import open_lab
from devops_workbook.images import digest, files_in, lint, push
from devops_workbook.images.oci import CONFIG, LAYER, MANIFEST

lab = open_lab("container-images")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people look into an image as they look into a zip file, and think of a policy
# as of a deletion that is not done yet. Misconceptions to listen for: "rm makes the image smaller",
# "latest is the newest", "a later rule can still take it", "the scan was green in spring". Let the
# room vote on *Two rules and six images* before anybody runs it. Ask at the end: "Could you build
# last spring's release again, byte for byte?" People get stuck at the Dockerfile: what changes often
# goes below what seldom does, and what only the build needs into a stage of its own.
#
# With 45 minutes: the worked example, the prediction on layers, *The Dockerfile of orders*, *Two
# rules and six images* and *The image that production runs*. Leave out the policy for a year first,
# then the push.

# %% [markdown]
# Make a layer first. Compression is for the wire: the tar file has one digest, what is sent has
# another.

# %%
from devops_workbook.chapters.container_images.by_hand import as_bytes, tar_of

tar = tar_of({"app/main.py": b"print('hello')\n", "app/greeting.txt": b"hello\n"})
blob = gzip.compress(tar, mtime=0)
print(f"{len(tar):6,} bytes of tar      {digest(tar)[:26]}…")
print(f"{len(blob):6,} bytes are pushed  {digest(blob)[:26]}…")

# %% [markdown]
# Now the Dockerfile that the shop has for `orders`. `build_of` builds it here, without Docker:
# every instruction does what it does there, but `RUN` is shown and not executed. For Maven, npm and
# apt-get, stand-ins leave the files that the real ones would, of a few kilobytes each. If you have
# Docker, put a public base such as `maven` into `FROM`, and `docker build` takes the rest.

# %%
from devops_workbook.chapters.container_images.caching import report
from devops_workbook.chapters.container_images.working_folder import (
    build_of, dockerfile_of, untidy)

print(dockerfile_of("orders-spring"))
friday = build_of("orders-spring", dockerfile_of("orders-spring"), untidy("orders-spring"))
report(friday)

# %% [markdown]
# `ADD . /app` took the whole folder, and a later `rm` would not help: a layer that removes is one
# more layer. Look at what was added.

# %%
added = next(step.layer for step in friday.steps if step.shown.startswith("ADD"))
for path, file in files_in(added).items():
    if file.data is not None:
        print(f"{len(file.data):8,} {path}")
print(files_in(added)["app/.env"].data.decode())

# %% [markdown]
# hadolint reads a Dockerfile as a linter reads code. Each remark has a page that says why.

# %%
for remark in lint(dockerfile_of("orders-spring")):
    print(f"line {remark.line}  {remark.level:8}{remark.rule}  {shorten(remark.message, 72)}")

# %% [markdown]
# It does not see everything. What a scan finds depends on the base: `shop/jdk:latest` is only a
# name, and somebody last put it on an image of 2023.

# %%
from devops_workbook.chapters.container_images.good_image import findings

for each in findings(friday.image):
    print(f"{each.severity:9}{each.name:16}{each.package:9}mended in {each.fixed}")

# %% [markdown]
# ## Exercises
#
# ### An image from tar and JSON
#
# Write `image_of(tar, blob)`. It takes a layer as tar file and compressed, and returns two dicts:
#
# - `config`: `architecture` `"amd64"`, `os` `"linux"`, `config` with a `Cmd`, and `rootfs` with
#   `type` `"layers"` and the list `diff_ids`: the digests of the layers as **tar files**
# - `manifest`: `schemaVersion` 2, `mediaType` `MANIFEST`, `config` and `layers`, which describe
#   what is **pushed**: `mediaType`, `digest` and `size` each
#
# The configuration is pushed as `as_bytes(config)`.

# %% tags=["task"] exercise="by-hand"
def image_of(tar, blob):
    ...

# %% tags=["solution"] exercise="by-hand"
def described(data, media_type):
    return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


def image_of(tar, blob):
    config = {
        "architecture": "amd64", "os": "linux",
        "config": {"Cmd": ["python", "app/main.py"]},
        "rootfs": {"type": "layers", "diff_ids": [digest(tar)]},
    }
    manifest = {
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": described(as_bytes(config), CONFIG),
        "layers": [described(blob, LAYER)],
    }
    return config, manifest

# %% tags=["wrong"] exercise="by-hand" message="diff_ids names the compressed layer"
def image_of(tar, blob):
    config = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["python"]},
              "rootfs": {"type": "layers", "diff_ids": [digest(blob)]}}
    return config, {"schemaVersion": 2}

# %% tags=["wrong"] exercise="by-hand" message="layers[0]: digest, size"
def image_of(tar, blob):
    config = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["python"]},
              "rootfs": {"type": "layers", "diff_ids": [digest(tar)]}}
    data = as_bytes(config)
    manifest = {
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": digest(data), "size": len(data)},
        "layers": [{"mediaType": LAYER, "digest": digest(tar), "size": len(tar)}]}
    return config, manifest

# %% tags=["wrong"] exercise="by-hand" message="manifest config: digest, size"
def image_of(tar, blob):
    config = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["python"]},
              "rootfs": {"type": "layers", "diff_ids": [digest(tar)]}}
    data = str(config).encode() + b"\n"
    manifest = {
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": digest(data), "size": len(data)},
        "layers": [{"mediaType": LAYER, "digest": digest(blob), "size": len(blob)}]}
    return config, manifest

# %%
lab.check("by-hand", image_of)

# %% [markdown]
# That is all there is. `docker build` makes the same three things, with more layers.
#
# ### Predict: one line of Java changes
#
# An instruction is taken from the cache if its text, its files and all before it are as they were.
# Here are two orders of the same build.

# %%
from devops_workbook.chapters.container_images.caching import (
    AT_ONCE, LIBRARIES_FIRST, after_a_change)

print(AT_ONCE)
print(LIBRARIES_FIRST)

# %% [markdown]
# Each has been built once. Then one line of `OrderController.java` changes. How many layers does
# the second build make anew, in either order? Predict first.

# %% tags=["task"] exercise="layer-order"
made_anew = {"at once": ..., "libraries first": ...}

# %% tags=["solution"] exercise="layer-order"
made_anew = {"at once": 3, "libraries first": 2}

# %% tags=["wrong"] exercise="layer-order" message="The first instruction that sees the change is COPY . ."
made_anew = {"at once": 1, "libraries first": 1}

# %% tags=["wrong"] exercise="layer-order" message="'libraries first': 3 does not hold"
made_anew = {"at once": 3, "libraries first": 3}

# %% tags=["wrong"] exercise="layer-order" message="'at once': 4 does not hold"
made_anew = {"at once": 4, "libraries first": 2}

# %%
lab.check("layer-order", made_anew)

# %%
report(after_a_change(LIBRARIES_FIRST), "Libraries first, with one line changed")

# %% [markdown]
# The download of the libraries came from the cache. Run the cell with `AT_ONCE` to see it gone.
#
# ### A small context
#
# Before anything is built, the folder is sent to whoever builds: the **build context**. On a developer's
# machine more lies about than git knows.

# %%
from devops_workbook.images import Context

everything = Context(untidy("orders-spring"))
print(f"{everything.size:,} bytes:", *everything.files, sep="\n  ")

# %% [markdown]
# Write `ignore`, the text of a `.dockerignore`, so that nothing goes along that no build needs.

# %% tags=["task"] exercise="context"
ignore = ...

# %% tags=["solution"] exercise="context"
ignore = """
.git
target
.env
*.md
Dockerfile
"""

# %% tags=["wrong"] exercise="context" message="The password in .env"
ignore = ".git\ntarget\n"

# %% tags=["wrong"] exercise="context" message="files still go along"
ignore = ".env\n*.jar\n.git\n"

# %% tags=["wrong"] exercise="context" message="and it is left out"
ignore = "*\n!pom.xml\n"

# %%
lab.check("context", ignore)

# %% [markdown]
# ### The Dockerfile of orders
#
# Now write a better one. In the registry of bases there are `shop/jdk`, `shop/jre`, `shop/node` and
# `shop/nginx`, each `:2023.11` and `:2025.11`. The image should
#
# - be built in **two stages**: Maven and the sources stay behind in the first
# - start from bases with a **date**, not from `latest`
# - put `lib/` and `orders.jar` into `/app`, the libraries in a layer of their own
# - run as `10001:10001`, and ask `http://localhost:8080/health` in a health check,
#   `HEALTHCHECK CMD ["wget", …]`; commands are lists everywhere
#
# `java -Djarmode=tools -jar target/orders.jar extract --layers --destination extracted` parts the
# jar into `extracted/dependencies/` and `extracted/application/`.

# %% tags=["task"] exercise="orders-dockerfile"
dockerfile = ...

# %% tags=["solution"] exercise="orders-dockerfile"
dockerfile = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY pom.xml ./
RUN mvn --batch-mode dependency:go-offline
COPY src ./src
RUN mvn --batch-mode package && java -Djarmode=tools -jar target/orders.jar \\
    extract --layers --destination extracted

FROM shop/jre:2025.11
WORKDIR /app
COPY --from=build /src/extracted/dependencies/ ./
COPY --from=build /src/extracted/application/ ./
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s \\
    CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
ENTRYPOINT ["java", "-jar", "orders.jar"]
"""

# %% tags=["wrong"] exercise="orders-dockerfile" message="Maven's downloads are for the build alone"
dockerfile = """
FROM shop/jdk:2025.11
WORKDIR /app
COPY . .
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination /tmp/x
RUN rm -rf /root/.m2/repository/* && java -Djarmode=tools -jar target/orders.jar extract \\
    --destination /tmp/x
COPY pom.xml lib/spring-core
COPY pom.xml orders.jar
CMD ["java", "-jar", "orders.jar"]
"""

# %% tags=["wrong"] exercise="orders-dockerfile" message="Grave vulnerabilities that a scan finds"
dockerfile = """
FROM shop/jdk:2023.11 AS build
WORKDIR /src
COPY pom.xml ./
RUN mvn dependency:go-offline
COPY src ./src
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination extracted
FROM shop/jre:2023.11
WORKDIR /app
COPY --from=build /src/extracted/dependencies/ ./
COPY --from=build /src/extracted/application/ ./
ENTRYPOINT ["java", "-jar", "orders.jar"]
"""

# %% tags=["wrong"] exercise="orders-dockerfile" message="run as root"
dockerfile = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY . .
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination extracted
FROM shop/jre:2025.11
WORKDIR /app
COPY --from=build /src/extracted/dependencies/ ./
COPY --from=build /src/extracted/application/ ./
ENTRYPOINT ["java", "-jar", "orders.jar"]
"""

# %% tags=["wrong"] exercise="orders-dockerfile" message="would start '/bin/sh'"
dockerfile = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY pom.xml ./
RUN mvn dependency:go-offline
COPY src ./src
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination extracted
FROM shop/jre:2025.11
WORKDIR /app
COPY --from=build /src/extracted/dependencies/ ./
COPY --from=build /src/extracted/application/ ./
USER 10001:10001
HEALTHCHECK CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
"""

# %% tags=["wrong"] exercise="orders-dockerfile" message="One changed line of code makes"
dockerfile = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY . .
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination extracted
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination all
FROM build AS together
COPY --from=build /src/extracted/dependencies/ /all/
COPY --from=build /src/extracted/application/ /all/
FROM shop/jre:2025.11
COPY --from=together /all /app
USER 10001:10001
HEALTHCHECK CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
ENTRYPOINT ["java", "-jar", "/app/orders.jar"]
"""

# %% tags=["wrong"] exercise="orders-dockerfile" message="hadolint, line 8: DL3025"
dockerfile = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY . .
RUN mvn package
FROM shop/jre:2025.11
COPY --from=build /src/target/orders.jar /app/orders.jar
CMD java -jar /app/orders.jar
"""

# %%
lab.check("orders-dockerfile", dockerfile)

# %% [markdown]
# A health check in the image serves `docker run`. ECS uses the one of its task definition, and asks
# the same address.
#
# ### The Dockerfile of the front end
#
# The storefront is built by Node, and handed out by a web server that needs no Node. Write its
# Dockerfile in the same way: `npm install` before the sources, `npm run build`, and then
# `shop/nginx:2025.11` with `/web/dist` in `/usr/share/nginx/html`, and `nginx.conf` of the context
# as `/etc/nginx/conf.d/shop.conf`. User and health check are those of `orders`. What there is to
# copy says `Context(untidy("storefront")).files`.

# %% tags=["task"] exercise="storefront-dockerfile"
print(dockerfile_of("storefront"))
dockerfile = ...

# %% tags=["solution"] exercise="storefront-dockerfile"
dockerfile = """
FROM shop/node:2025.11 AS build
WORKDIR /web
COPY package.json ./
RUN npm install
COPY . .
RUN npm run build

FROM shop/nginx:2025.11
COPY nginx.conf /etc/nginx/conf.d/shop.conf
COPY --from=build /web/dist /usr/share/nginx/html
USER 10001:10001
EXPOSE 8080
HEALTHCHECK CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
"""

# %% tags=["wrong"] exercise="storefront-dockerfile" message="The browser gets what is in dist"
dockerfile = """
FROM shop/node:2025.11 AS build
WORKDIR /web
COPY . .
RUN npm install && npm run build
FROM build
COPY nginx.conf /etc/nginx/conf.d/shop.conf
COPY --from=build /web/dist /usr/share/nginx/html
"""

# %% tags=["wrong"] exercise="storefront-dockerfile" message="The image has no etc/nginx/conf.d/"
dockerfile = """
FROM shop/node:2025.11 AS build
WORKDIR /web
COPY . .
RUN npm install && npm run build
FROM shop/nginx:2025.11
COPY --from=build /web/dist /usr/share/nginx/html
"""

# %% tags=["wrong"] exercise="storefront-dockerfile" message="no usr/share/nginx/html/assets/"
dockerfile = """
FROM shop/nginx:2025.11
COPY nginx.conf /etc/nginx/conf.d/shop.conf
COPY index.html /usr/share/nginx/html/index.html
USER 10001:10001
HEALTHCHECK CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
"""

# %% tags=["wrong"] exercise="storefront-dockerfile" message="it may be left out by .dockerignore"
dockerfile = """
FROM shop/node:2025.11 AS build
WORKDIR /web
COPY . .
RUN npm run build
FROM shop/nginx:2025.11
COPY --from=build /dist /usr/share/nginx/html
"""

# %%
lab.check("storefront-dockerfile", dockerfile)

# %%
from devops_workbook.chapters.container_images.storefront_image import ready_image

print(f"An image of the front end that is ready to be pushed: {ready_image().digest[:26]}…")

# %% [markdown]
# ### Push it, and name what you mean
#
# Make a repository `storefront` whose tags are **immutable** and that **scans on push**. Push
# `image` as `2.0.0`: the course's `push(ecr, repository, image, tag)` sends layers, configuration
# and manifest, and returns what it sent. Then write `reference`, the name that a deployment should
# use: the repository's `repositoryUri`, an `@`, and the digest.

# %% tags=["task"] exercise="push"
ecr, image = boto3.client("ecr"), ready_image()
reference = ...

# %% tags=["solution"] exercise="push"
ecr, image = boto3.client("ecr"), ready_image()
repository = ecr.create_repository(
    repositoryName="storefront", imageTagMutability="IMMUTABLE",
    imageScanningConfiguration={"scanOnPush": True})["repository"]
pushed = push(ecr, "storefront", image, "2.0.0")
reference = f"{repository['repositoryUri']}@{pushed.digest}"

# %% tags=["wrong"] exercise="push" message="anybody can put another image"
ecr, image = boto3.client("ecr"), ready_image()
ecr.create_repository(repositoryName="storefront")
push(ecr, "storefront", image, "2.0.0")
reference = "storefront:2.0.0"

# %% tags=["wrong"] exercise="push" message="names the image by a tag"
ecr, image = boto3.client("ecr"), ready_image()
made = ecr.create_repository(
    repositoryName="storefront", imageTagMutability="IMMUTABLE",
    imageScanningConfiguration={"scanOnPush": True})["repository"]
push(ecr, "storefront", image, "2.0.0")
reference = f"{made['repositoryUri']}:2.0.0"

# %% tags=["wrong"] exercise="push" message="does not scan on push"
ecr, image = boto3.client("ecr"), ready_image()
ecr.create_repository(repositoryName="storefront", imageTagMutability="IMMUTABLE")
push(ecr, "storefront", image, "2.0.0")
reference = "storefront@sha256"

# %%
lab.check("push", reference)

# %% [markdown]
# What does the next release cost? Each Dockerfile is built and pushed twice, with one line of Java
# changed in between. This is what goes over the wire.

# %%
from devops_workbook.chapters.container_images.pushing import wire_cost

two_stages = """
FROM shop/jdk:2025.11 AS build
WORKDIR /src
COPY . .
RUN mvn package && java -Djarmode=tools -jar target/orders.jar extract --destination extracted
FROM shop/jre:2025.11
COPY --from=build /src/extracted/dependencies/ /app/
COPY --from=build /src/extracted/application/ /app/
"""
wire_cost({"Friday's": dockerfile_of("orders-spring"), "two stages": two_stages})

# %% [markdown]
# ### Predict: two rules and six images
#
# Now to what is kept. A **lifecycle policy** has rules with a priority. All are evaluated at once
# and then applied, the lowest number first. An image whose tags fit a rule is out of reach of every
# lower rule, **also when the rule lets it be**.

# %%
from devops_workbook.chapters.container_images.shielding import IMAGES, POLICY

for name, days, tags in IMAGES:
    print(f"{name}  pushed {days:2} days ago  {', '.join(tags) or '(no tag)'}")
for rule in POLICY["rules"]:
    print(rule["rulePriority"], rule["description"], rule["selection"])

# %% [markdown]
# Which of the six does this policy expire?

# %% tags=["task"] exercise="shielding"
expired = ...

# %% tags=["solution"] exercise="shielding"
expired = ["A", "D", "E"]

# %% tags=["wrong"] exercise="shielding" message="What rule 1 selects, rule 2 cannot take"
expired = ["A", "B", "C", "D", "E"]

# %% tags=["wrong"] exercise="shielding" message="and 1 more"
expired = ["A", "D"]

# %% tags=["wrong"] exercise="shielding" message="F is younger than two weeks"
expired = ["A", "D", "E", "F"]

# %%
lab.check("shielding", expired)

# %% [markdown]
# Let ECR say. A **preview** deletes nothing; it names each image and the rule that would take it.

# %%
from devops_workbook.chapters.container_images.shielding import preview

preview(lab)

# %% [markdown]
# ### A policy for a year of pushes
#
# This is what a year has left in `orders`.

# %%
from devops_workbook.chapters.container_images.past import images_in
from devops_workbook.chapters.container_images.shielding import previewed

images = images_in("orders")
images.groupby("kind")["pushed"].agg(["count", "min", "max"])

# %% [markdown]
# A build of main is tagged `main-…`; on Fridays the same build becomes a release, `1.<n>.0`. Every
# push to a pull request takes its tag, `pr-<number>`, from the push before. Write a policy that
# keeps
#
# - the last **10 releases**, whatever else their images are tagged
# - pull requests for **14 days**, untagged images for **7 days**, the rest for **60 days**
#
# A rule looks like those of `POLICY` above, with its `action`. Preview it with
# `previewed("orders", policy)`, whose `summary` counts, and say in `left` how many images will be
# left. Then apply it with `put_lifecycle_policy`, which takes it as JSON, and let a day pass.

# %% tags=["task"] exercise="lifecycle"
policy = {"rules": [...]}
left = ...

# %% tags=["solution"] exercise="lifecycle"
def rule(priority, selection):
    return {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}


def by_age(days, status, *patterns):
    tags = {"tagPatternList": list(patterns)} if patterns else {}
    return {"tagStatus": status, **tags, "countType": "sinceImagePushed",
            "countUnit": "days", "countNumber": days}


releases = {"tagStatus": "tagged", "tagPatternList": ["1.*"],
            "countType": "imageCountMoreThan", "countNumber": 10}
policy = {"rules": [rule(1, releases), rule(2, by_age(14, "tagged", "pr-*")),
                    rule(3, by_age(7, "untagged")), rule(4, by_age(60, "any"))]}
summary = previewed("orders", policy)["summary"]
left = len(images_in("orders")) - summary["expiringImageTotalCount"]
boto3.client("ecr").put_lifecycle_policy(
    repositoryName="orders", lifecyclePolicyText=json.dumps(policy))
lab.clock.advance(days=1)

# %% tags=["wrong"] exercise="lifecycle" message="by rule 1 (main-*)"
age = {"countType": "sinceImagePushed", "countUnit": "days"}
policy = {"rules": [
    {"rulePriority": 1, "action": {"type": "expire"}, "selection": {
        "tagStatus": "tagged", "tagPatternList": ["main-*"], **age, "countNumber": 60}},
    {"rulePriority": 2, "action": {"type": "expire"}, "selection": {
        "tagStatus": "tagged", "tagPatternList": ["1.*"],
        "countType": "imageCountMoreThan", "countNumber": 10}}]}
boto3.client("ecr").put_lifecycle_policy(
    repositoryName="orders", lifecyclePolicyText=json.dumps(policy))
lab.clock.advance(days=1)
left = 0

# %% tags=["wrong"] exercise="lifecycle" message="goes, by rule 1 (any); 9 releases"
policy = {"rules": [{"rulePriority": 1, "action": {"type": "expire"}, "selection": {
    "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100}}]}
boto3.client("ecr").put_lifecycle_policy(
    repositoryName="orders", lifecyclePolicyText=json.dumps(policy))
lab.clock.advance(days=1)
left = 100

# %% tags=["wrong"] exercise="lifecycle" message="has not run yet"
def age(days, status, **tags):
    return {"tagStatus": status, "countType": "sinceImagePushed", "countUnit": "days",
            "countNumber": days, **tags}


chosen = [{"tagStatus": "tagged", "tagPatternList": ["1.*"],
           "countType": "imageCountMoreThan", "countNumber": 10},
          age(14, "tagged", tagPatternList=["pr-*"]), age(7, "untagged"), age(60, "any")]
policy = {"rules": [{"rulePriority": n, "selection": each, "action": {"type": "expire"}}
                    for n, each in enumerate(chosen, 1)]}
boto3.client("ecr").put_lifecycle_policy(
    repositoryName="orders", lifecyclePolicyText=json.dumps(policy))
left = 1

# %% tags=["wrong"] exercise="lifecycle" message="That many go"
def age(days, status, **tags):
    return {"tagStatus": status, "countType": "sinceImagePushed", "countUnit": "days",
            "countNumber": days, **tags}


chosen = [{"tagStatus": "tagged", "tagPatternList": ["1.*"],
           "countType": "imageCountMoreThan", "countNumber": 10},
          age(14, "tagged", tagPatternList=["pr-*"]), age(7, "untagged"), age(60, "any")]
policy = {"rules": [{"rulePriority": n, "selection": each, "action": {"type": "expire"}}
                    for n, each in enumerate(chosen, 1)]}
left = previewed("orders", policy)["summary"]["expiringImageTotalCount"]
boto3.client("ecr").put_lifecycle_policy(
    repositoryName="orders", lifecyclePolicyText=json.dumps(policy))
lab.clock.advance(days=1)

# %%
lab.check("lifecycle", left)

# %%
images_in("orders").groupby("kind")["pushed"].agg(["count", "min", "max"])

# %% [markdown]
# ### The image that production runs
#
# `payments` was last released in September. It ran two tasks; this morning four were wanted, and
# the new ones do not start. The two old ones still serve, since they pulled their image long ago.

# %%
from devops_workbook.chapters.container_images.production import (
    built, running_digests, service, stopped_tasks)

lab.catch_up("production")
print(service()["runningCount"], "of", service()["desiredCount"], "tasks run")

# %% [markdown]
# Find the cause, bring back the image, and see to it that this does not happen again: four tasks
# run the **same bytes** as before, and no policy takes them, however long nobody releases.
# `built("3.2.0")` runs the build of that commit again.

# %% tags=["task"] exercise="production"
answer = ...

# %% tags=["solution"] exercise="production"
print(stopped_tasks())
ecr = boto3.client("ecr")
print(ecr.get_lifecycle_policy(repositoryName="payments")["lifecyclePolicyText"])
image = built("3.2.0")
assert running_digests() == {image.digest}
policy = {"rules": [
    {"rulePriority": 1, "action": {"type": "expire"}, "description": "Releases: keep twenty",
     "selection": {"tagStatus": "tagged", "tagPatternList": ["*.*.*"],
                   "countType": "imageCountMoreThan", "countNumber": 20}},
    {"rulePriority": 2, "action": {"type": "expire"}, "description": "The last hundred others",
     "selection": {"tagStatus": "any", "countType": "imageCountMoreThan",
                   "countNumber": 100}}]}
ecr.put_lifecycle_policy(
    repositoryName="payments", lifecyclePolicyText=json.dumps(policy, indent=2))
push(ecr, "payments", image, "3.2.0")
lab.clock.advance(minutes=60)

# %% tags=["wrong"] exercise="production" message="would take 3.2.0 once more"
push(boto3.client("ecr"), "payments", built("3.2.0"), "3.2.0")
lab.clock.advance(minutes=60)

# %% tags=["wrong"] exercise="production" message="grows without an end"
boto3.client("ecr").delete_lifecycle_policy(repositoryName="payments")
push(boto3.client("ecr"), "payments", built("3.2.0"), "3.2.0")
lab.clock.advance(minutes=60)

# %% tags=["wrong"] exercise="production" message="another image now than the one that runs"
push(boto3.client("ecr"), "payments", built("3.3.0"), "3.2.0")
lab.clock.advance(minutes=60)

# %% tags=["wrong"] exercise="production" message="this policy would take 3.3.0"
policy = {"rules": [
    {"rulePriority": 1, "action": {"type": "expire"}, "selection": {
        "tagStatus": "tagged", "tagPatternList": ["3.2.0"],
        "countType": "imageCountMoreThan", "countNumber": 1}},
    {"rulePriority": 2, "action": {"type": "expire"}, "selection": {
        "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100}}]}
boto3.client("ecr").put_lifecycle_policy(
    repositoryName="payments", lifecyclePolicyText=json.dumps(policy))
push(boto3.client("ecr"), "payments", built("3.2.0"), "3.2.0")
lab.clock.advance(minutes=60)

# %% tags=["wrong"] exercise="production" message="Let some time pass"
policy = {"rules": [
    {"rulePriority": 1, "action": {"type": "expire"}, "selection": {
        "tagStatus": "tagged", "tagPatternList": ["*.*.*"],
        "countType": "imageCountMoreThan", "countNumber": 20}},
    {"rulePriority": 2, "action": {"type": "expire"}, "selection": {
        "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100}}]}
boto3.client("ecr").put_lifecycle_policy(
    repositoryName="payments", lifecyclePolicyText=json.dumps(policy))
push(boto3.client("ecr"), "payments", built("3.2.0"), "3.2.0")

# %%
lab.check("production")

# %% [markdown]
# Two things saved the day. The build gives the same bytes for the same commit, so that the digest
# fits. And a rule that only selects is a shield: whatever it keeps, no lower rule can take. ECR
# does not look at what runs; it is for you to tell it by a tag.

# %% [markdown]
# ## In production
#
# **Delay and traces.** A policy acts within 24 hours, and there is no undo. CloudTrail records what
# it did as `PolicyExecutionEvent`. Before it is applied, a preview is free.
#
# **Archive.** Rules can also move images to a cheaper storage class: by `sinceImagePulled`, and
# from there, after 90 days at least, by `sinceImageTransitioned`. An archived image cannot be
# pulled until it is restored, which takes up to 20 minutes.
#
# **Several architectures.** An image for two processors is a list of two untagged images. As long
# as the list is there they stay, whatever a rule on untagged images says.
#
# **Scans** find what is known on that day. Basic scanning looks at the system's packages; Inspector
# adds those of your language, and looks again when something becomes known. Rebuild on a schedule,
# from a base that is rebuilt, too.
#
# **Bases** of others can be pinned by digest, `FROM name:tag@sha256:…`: then somebody has to move
# the pin, and sees what changes.
#
# **Secrets** never go in by `COPY` or `ARG`. A build secret (`RUN --mount=type=secret`) leaves no
# trace in a layer.
#
# **Cost.** ECR bills gigabytes of storage, and what is pulled out of the region. Shared layers of a
# repository are stored once.

# %% [markdown]
# ## Simulated here
#
# Layers, digests, manifests, tags, policies, previews and events are real in their rules, on the
# lab's clock. The registry is one for any client: `lab.aws.server()` shows the address, and
# `docker push`, skopeo or oras work with it. `RUN` is not executed, and the bases hold little more
# than their list of packages: sizes are far below real ones. The scan compares with a small
# table of well-known vulnerabilities; what it does not find may be there all the same. Pull-through
# caches are left out.

# %% [markdown]
# ## Recap
#
# - An image is layers, a configuration and a manifest, each named by its digest.
# - What changes least comes first; what only the build needs stays in the first stage.
# - Nothing that was ever in a layer is gone.
# - Immutable tags for people, digests for deployments.
# - A policy is a deletion: predict, preview, apply. Shield what runs by a rule above.
# - A build that gives the same bytes again is worth more than a backup.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-digest", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-removed": "b", "q-digest": "c", "q-shield": "a", "q-order": "b"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 09, Running containers](09_running_containers.ipynb)
# - [Dockerfile best practices](https://docs.docker.com/build/building/best-practices/)
# - [hadolint's rules](https://github.com/hadolint/hadolint#rules)
# - [Lifecycle policy examples](https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html),
#   with the cases that surprise
# - [The OCI image specification](https://github.com/opencontainers/image-spec/blob/main/spec.md)
# - The [glossary](glossary.md), for the words of this chapter
