"""The reference model in PyTorch eager, as a yardstick: answers `step N` and `infer BATCH N` lines with N seconds each.

Same architecture and sizes as benchmarks/src/engine: pre-norm transformer over patches, no bias on query, key and value,
GELU as x * sigmoid(1.702 x), flatten and project, Adam.
"""

import json
import math
import sys
import time

import torch
from torch import nn

CONFIG = json.loads(sys.argv[1])
torch.set_num_threads(CONFIG["threads"])
torch.manual_seed(CONFIG["seed"])


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width)
        self.feed_forward_norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width)

    def split(self, x):
        batch, steps, width = x.shape
        return x.view(batch, steps, self.heads, width // self.heads).transpose(1, 2)

    def forward(self, x):
        n = self.attention_norm(x)
        q, k, v = self.split(self.query(n)), self.split(self.key(n)), self.split(self.value(n))
        scores = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]), dim=-1)
        mixed = (scores @ v).transpose(1, 2).reshape(x.shape)
        x = x + self.out(mixed)
        u = self.up(self.feed_forward_norm(x))
        return x + self.down(u * torch.sigmoid(1.702 * u))


class Reference(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embed = nn.Linear(c["patchLength"], c["width"])
        self.position = nn.Parameter(0.02 * torch.randn(c["patches"], c["width"]))
        self.blocks = nn.ModuleList(Block(c["width"], c["heads"], c["hidden"]) for _ in range(c["layers"]))
        self.norm = nn.LayerNorm(c["width"])
        self.head = nn.Linear(c["patches"] * c["width"], c["outputs"])

    def forward(self, x):
        h = self.embed(x) + self.position
        for block in self.blocks:
            h = block(h)
        return self.head(self.norm(h).flatten(1))


model = Reference(CONFIG)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
batch = CONFIG["batch"]
x = torch.randn(batch, CONFIG["patches"], CONFIG["patchLength"])
y = torch.randn(batch, CONFIG["outputs"])


def step():
    optimizer.zero_grad()
    loss = torch.mean((model(x) - y) ** 2)
    loss.backward()
    optimizer.step()
    return loss.item()


def timed(run, count):
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return seconds


print(json.dumps({"version": torch.__version__, "parameters": sum(p.numel() for p in model.parameters())}), flush=True)
for line in sys.stdin:
    words = line.split()
    if words[0] == "step":
        print(json.dumps(timed(step, int(words[1]))), flush=True)
    elif words[0] == "infer":
        inputs = torch.randn(int(words[1]), CONFIG["patches"], CONFIG["patchLength"])
        with torch.inference_mode():
            print(json.dumps(timed(lambda: model(inputs), int(words[2]))), flush=True)
