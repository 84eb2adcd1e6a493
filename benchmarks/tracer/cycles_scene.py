"""Renders the benchmark scene in Cycles and prints the seconds of the render call.

Arguments after `--`: folder written by cycles.ts, size, samples, bounces, threads.
Blender's up axis is Z, so (x, y, z) of the scene becomes (x, -z, y).
"""
import json
import math
import sys
import time
from array import array
from pathlib import Path

import bpy
from mathutils import Vector

folder = Path(sys.argv[sys.argv.index("--") + 1])
size, samples, bounces, threads = (int(a) for a in sys.argv[sys.argv.index("--") + 2 :][:4])
description = json.loads((folder / "scene.json").read_text())


def read(name, kind):
    values = array(kind)
    values.frombytes((folder / name).read_bytes())
    return values


def to_blender(v):
    return Vector((v[0], -v[2], v[1]))


bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.device = "CPU"
scene.cycles.samples = samples
scene.cycles.use_adaptive_sampling = False
scene.cycles.use_denoising = False
scene.cycles.max_bounces = bounces
scene.render.resolution_x = scene.render.resolution_y = size
scene.render.threads_mode = "FIXED"
scene.render.threads = threads
scene.view_settings.view_transform = "Standard"

positions = read("positions.f32", "f")
indices = read("indices.u32", "I")
slots = read("materials.u8", "B")
for i in range(0, len(positions), 3):
    positions[i + 1], positions[i + 2] = -positions[i + 2], positions[i + 1]
triangles = len(indices) // 3
mesh = bpy.data.meshes.new("scene")
mesh.vertices.add(len(positions) // 3)
mesh.vertices.foreach_set("co", positions)
mesh.loops.add(len(indices))
mesh.loops.foreach_set("vertex_index", array("i", indices))
mesh.polygons.add(triangles)
mesh.polygons.foreach_set("loop_start", array("i", range(0, triangles * 3, 3)))
mesh.polygons.foreach_set("loop_total", array("i", [3]) * triangles)
mesh.polygons.foreach_set("material_index", array("i", slots))
mesh.polygons.foreach_set("use_smooth", array("b", [1]) * triangles)
mesh.update(calc_edges=True)
scene.collection.objects.link(bpy.data.objects.new("scene", mesh))
for values in description["materials"]:
    material = bpy.data.materials.new("material")
    material.use_nodes = True
    principled = material.node_tree.nodes["Principled BSDF"]
    principled.inputs["Base Color"].default_value = (*values["baseColor"], 1)
    principled.inputs["Roughness"].default_value = values["roughness"]
    principled.inputs["Metallic"].default_value = values["metallic"]
    mesh.materials.append(material)

world = bpy.data.worlds.new("world")
scene.world = world
world.use_nodes = True
world.node_tree.nodes["Background"].inputs[0].default_value = (*description["sky"], 1)

if description["sun"]:
    light = bpy.data.lights.new("sun", "SUN")
    light.energy = description["sun"]["strength"]
    light.angle = math.radians(description["sun"]["angleDegrees"])
    sun = bpy.data.objects.new("sun", light)
    sun.rotation_euler = to_blender(description["sun"]["direction"]).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(sun)

camera_data = bpy.data.cameras.new("camera")
camera_data.angle = math.radians(description["camera"]["fovYDegrees"])
camera = bpy.data.objects.new("camera", camera_data)
camera.location = to_blender(description["camera"]["position"])
view = to_blender(description["camera"]["target"]) - camera.location
camera.rotation_euler = view.to_track_quat("-Z", "Y").to_euler()
scene.collection.objects.link(camera)
scene.camera = camera

scene.render.filepath = str(folder / "cycles.png")
began = time.time()
bpy.ops.render.render(write_still=True)
print("RENDER_SECONDS", round(time.time() - began, 3), flush=True)
