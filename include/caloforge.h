/* clang-format off: the table below */
/* Caloforge for programs that want samples, showers above all: a generator's network on the caller's threads.
 * No libtorch, no HDF5, no thread of its own, nothing printed. C89 and later, C++.
 *
 * What samples are made from and what is made of them are named fields, float32, (count, shape...),
 * row-major:
 *
 *   energy (1)       incident kinetic energy, GeV
 *   impact (2)       x0, y0 on the front face, mm from the centre of the central cell
 *   direction (2)    theta to the calorimeter's normal, and phi, radian
 *   particle (1)     PDG code
 *   showers          energies deposited in the active material, GeV, in the order of the detector's cells:
 *                    of a Cartesian grid cell (x, y, layer) at (x * ny + y) * nz + layer
 *
 * caloforge_describe says which of them, or which others, a model takes and makes, and over what range.
 *
 * A sample is a function of (model, key, conditions): bit by bit the same on machines with one instruction
 * set, whatever the calls it is made in.
 *
 * Threads: a model is read-only, any number of threads may use one. A workspace belongs to one thread at a
 * time. */
/* clang-format on */
#ifndef CALOFORGE_H
#define CALOFORGE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CALOFORGE_API __attribute__((visibility("default")))
#else
#define CALOFORGE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum caloforge_status {
    CALOFORGE_DONE = 0,
    CALOFORGE_USAGE = 2,     /* an argument that makes no sense: null, too small a buffer */
    CALOFORGE_BAD_INPUT = 3, /* a file that is no model, a condition outside the trained range */
    CALOFORGE_FAILED = 4     /* no memory; a shower that is not finite */
} caloforge_status;

typedef struct caloforge_model caloforge_model;
typedef struct caloforge_workspace caloforge_workspace;

/* What went wrong in the last call of this thread that did not return CALOFORGE_DONE; "" before the first.
 * Valid until the next call of this thread. */
CALOFORGE_API const char* caloforge_message(void);

/* "0.1.0" */
CALOFORGE_API const char* caloforge_version(void);

/* Loads a weights file (.safetensors) and compiles it. On failure *model is null. Free with caloforge_free.
 */
CALOFORGE_API caloforge_status caloforge_load(const char* file, caloforge_model** model);
/* The same from the bytes of such a file, which are not needed afterwards. */
CALOFORGE_API caloforge_status caloforge_load_memory(const void* bytes, size_t size, caloforge_model** model);
/* Null is allowed. Workspaces of the model go on working. */
CALOFORGE_API void caloforge_free(caloforge_model* model);

/* Floats of one sample of a field that the model takes or makes; 0 for another and for null. */
CALOFORGE_API size_t caloforge_elements(const caloforge_model* model, const char* field);
/* JSON: {"name", "detector", "grid": {...}, "conditions": {"energy": {"unit", "low": [..], "high": [..], ..},
 * ..}, "outputs": [{"name", "shape", "unit"}], "instruction_set", "bytes_per_workspace"}; of a condition that
 * is one of several values "values": [..] instead of low and high. Owned by the model; null for null. */
CALOFORGE_API const char* caloforge_describe(const caloforge_model* model);

/* What one thread needs. On failure *workspace is null. */
CALOFORGE_API caloforge_status caloforge_workspace_new(const caloforge_model* model,
                                                       caloforge_workspace** workspace);
CALOFORGE_API void caloforge_workspace_free(caloforge_workspace* workspace);

/* What makes a sample's random numbers its own. */
typedef struct caloforge_key {
    uint64_t seed;
    uint64_t number;
} caloforge_key;

/* A condition that is given: size = count * caloforge_elements floats. */
typedef struct caloforge_given {
    const char* field;
    const float* values;
    size_t size;
} caloforge_given;

/* A field that is wanted, an output or a condition: room for size >= count * caloforge_elements floats. */
typedef struct caloforge_wanted {
    const char* field;
    float* values;
    size_t size;
} caloforge_wanted;

/* `count` samples, one for each key, from `given_count` conditions; those that are not given are drawn, from
 * the key and over what the model was trained on. Writes the `wanted_count` fields. Nothing is written on
 * CALOFORGE_USAGE and CALOFORGE_BAD_INPUT. */
CALOFORGE_API caloforge_status caloforge_generate(caloforge_workspace* workspace, const caloforge_key* keys,
                                                  size_t count, const caloforge_given* given,
                                                  size_t given_count, const caloforge_wanted* wanted,
                                                  size_t wanted_count);

#ifdef __cplusplus
}
#endif

#endif
