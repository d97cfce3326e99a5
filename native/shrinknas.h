/*
 * ABI of the native engine. Plain C11, called from JavaScript on typed arrays without copies.
 *
 * Conventions: all floating-point data is float32, matrices are row-major, sizes are int64_t, sequences are [batch, time, width].
 * Functions never allocate what outlives them, never write outside of their outputs, and take any size from 0 up. Outputs do not
 * alias inputs unless a comment says so. Results are bitwise the same for any number of threads: work is cut into pieces that depend
 * on sizes alone, and sums over pieces are taken in a fixed order. A function that needs scratch memory returns 0, or SN_OUT_OF_MEMORY.
 *
 * uses.json says which files serve training alone (losses, gradients, the optimiser), decoding alone (translation), or neither; any other
 * serves both. A change to a file makes results stale of what it serves, so what only one needs is best in a file of its own
 * (docs/engines.md).
 */
#ifndef SHRINKNAS_H
#define SHRINKNAS_H
#include <stdint.h>

#if defined(_WIN32)
#define SN_API __declspec(dllexport)
#else
#define SN_API __attribute__((visibility("default")))
#endif

enum { SN_OK = 0, SN_OUT_OF_MEMORY = 1, SN_UNSUPPORTED = 2 };

/* ---- library (library.c, pool.c) ---- */
/* Changes with any change of a declaration below, so that no program calls a function that is not as it was. */
SN_API int32_t sn_abi_version(void);
/*
 * The whole library is compiled once for each instruction set into a file of its own; the caller loads the one that fits: the best that
 * this processor has is "avx512", "avx2", "neon" or "portable".
 */
SN_API const char *sn_best_isa(void);
/* Threads of the pool, the caller's included; at least 1. Not to be called while another function runs. SN_OUT_OF_MEMORY where not all could start. */
SN_API int32_t sn_set_threads(int32_t threads);
SN_API int32_t sn_threads(void);

/* ---- products (gemm.c) ---- */
enum { SN_NONE = 0, SN_RELU = 1, SN_LEAKY_RELU = 2, SN_SWISH = 3 };
/*
 * C[m,n] = op(A)[m,k] · op(B)[k,n] (+ C where accumulate) (+ bias[n] where not NULL), op(X) = Xᵀ where transposed, for `batch` matrices
 * each `stride_*` floats apart (0: the same one for all); small ones are computed without packing.
 * lda, ldb, ldc: distance of rows as stored. k = 0 gives zeros (or C), plus bias.
 */
SN_API int32_t sn_gemm_batched(int32_t transpose_a, int32_t transpose_b, int64_t batch, int64_t m, int64_t n, int64_t k, const float *a,
                               int64_t lda, int64_t stride_a, const float *b, int64_t ldb, int64_t stride_b, float *c, int64_t ldc,
                               int64_t stride_c, int32_t accumulate, const float *bias);
/*
 * y [rows, out] = activation(x [rows, in] · weightᵀ + bias), weight [out, in]: the activation is applied to each part of y while it is in
 * the cache, with the same results as sn_activation's. bias may be NULL.
 */
SN_API int32_t sn_linear(int32_t activation, int64_t rows, int64_t out, int64_t in, const float *x, const float *weight, const float *bias,
                         float *y);
/*
 * The same with a weight that was packed once for many products; same results. `packed` takes in * (out rounded up to a multiple of
 * SN_PACKED_COLUMNS) floats, in an order that only this library and this instruction set know.
 */
enum { SN_PACKED_COLUMNS = 32 };
SN_API int32_t sn_pack_weight(int64_t out, int64_t in, const float *weight, float *packed);
SN_API int32_t sn_packed_linear(int32_t activation, int64_t rows, int64_t out, int64_t in, const float *x, const float *packed,
                                const float *bias, float *y);

/* ---- attention (attention.c) ---- */
/*
 * Core of multi-head attention without projections. query [batch, targets, heads*size], key and value [batch, sources, heads*size],
 * out like query; weights [batch, heads, targets, sources] gets the softmax, kept for the gradient (NULL: it is not). Scores are scaled by 1/sqrt(size).
 * mask [batch, sources] (NULL: none) is added to the scores; causal: step t sees sources 0..t. A row whose scores are all masked gets
 * the softmax of the masked scores as they are (mask values are finite, -1e9), as the plain definition does.
 * With a rate above 0, values are summed by weights of which some are dropped, as by sn_dropout of the whole tensor of weights; those
 * kept for the gradient are as they were before.
 */
SN_API int32_t sn_attention(int64_t batch, int64_t targets, int64_t sources, int64_t heads, int64_t size, const float *query,
                            const float *key, const float *value, const float *mask, int32_t causal, double rate, uint32_t key0,
                            uint32_t key1, float *weights, float *out);
/*
 * Gradients by query, key and value (all written, not added to) from d_out, the weights that the forward pass kept, and its dropout.
 */
SN_API int32_t sn_attention_gradient(int64_t batch, int64_t targets, int64_t sources, int64_t heads, int64_t size, const float *query,
                                     const float *key, const float *value, const float *weights, const float *d_out, double rate,
                                     uint32_t key0, uint32_t key1, float *d_query, float *d_key, float *d_value);

/* ---- convolution (convolution.c) ---- */
/*
 * y[b,t,c] = sum_j w[h,j] x[b,t+j-before,c], h = c*heads/width, zeros outside the sequence. weights [heads, kernel] for light
 * (shared), [batch, time, heads, kernel] for dynamic; width is a multiple of heads.
 */
SN_API int32_t sn_light_convolution(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before,
                                    const float *x, const float *weights, float *y);
SN_API int32_t sn_light_convolution_gradient(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before,
                                             const float *x, const float *weights, const float *dy, float *dx, float *d_weights);
SN_API int32_t sn_dynamic_convolution(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before,
                                      const float *x, const float *weights, float *y);
SN_API int32_t sn_dynamic_convolution_gradient(int64_t batch, int64_t time, int64_t width, int64_t heads, int64_t kernel, int64_t before,
                                               const float *x, const float *weights, const float *dy, float *dx, float *d_weights);

/* ---- dropout (dropout.h, used by the others too) ---- */
/*
 * Counter-based: element i of a sequence is kept where mix(i ^ key0, key1) >= round(rate * 2^32), and then multiplied by
 * 1/(1-rate) computed in double and rounded to float. mix is that of src/tensor/ops/dropout.ts, bit for bit; i is taken modulo 2^32.
 */
SN_API int32_t sn_dropout(int64_t n, const float *x, double rate, uint32_t key0, uint32_t key1, float *y); /* y may be x; its own gradient */

/* ---- normalisation (norm.c) ---- */
/*
 * sum = x + dropout(y) (y NULL: sum = x; rate 0: no dropout); standard = (sum - mean)/sqrt(variance + 1e-5); out = standard*gain + bias.
 * rows × width. Kept for the gradient, where not NULL: standard [rows, width] and inverse deviation [rows]. sum is written where not
 * NULL (pre-norm).
 */
SN_API int32_t sn_layer_norm(int64_t rows, int64_t width, const float *x, const float *y, double rate, uint32_t key0, uint32_t key1,
                             const float *gain, const float *bias, float *sum, float *standard, float *inverse, float *out);
/* d_sum (gradient by sum, hence by x), d_y = dropout's gradient of it (NULL where y was), d_gain, d_bias [width]. */
SN_API int32_t sn_layer_norm_gradient(int64_t rows, int64_t width, const float *standard, const float *inverse, const float *gain,
                                      const float *d_out, double rate, uint32_t key0, uint32_t key1, float *d_sum, float *d_y,
                                      float *d_gain, float *d_bias);

/* ---- loss (loss.c) ---- */
/*
 * Label-smoothed cross-entropy of rows of features [rows, width] under output weights [types, width], (1-e)*nll + (e/V)*sum(-log p),
 * counted where counts[row] != 0, in chunks of rows, so that all logits never exist. likelihood and uniform [rows] get -log p(target)
 * and mean(-log p), 0 where not counted. With d_features and d_weights not NULL, gradients of scale * sum(loss).
 */
SN_API int32_t sn_cross_entropy(int64_t rows, int64_t width, int64_t types, const float *features, const float *weights,
                                const int32_t *targets, const float *counts, double epsilon, double scale, float *likelihood,
                                float *uniform, float *d_features, float *d_weights);

/* ---- the rest (elementwise.c, adam.c, rows.c) ---- */
enum { SN_ADD = 0, SN_SUB = 1, SN_MUL = 2 };
/* out[r,c] = a[r,c] (op) b[...] where b is [n] (whole), [columns] (row: 1), or [rows] (column: 2), or one value (3); n = rows*columns */
SN_API int32_t sn_binary(int32_t op, int32_t broadcast, int64_t rows, int64_t columns, const float *a, const float *b, float *out);
SN_API int32_t sn_activation(int32_t activation, int64_t n, const float *x, float *y);                          /* y may be x */
/* x: the activation's input, or its output where that has the input's sign, as that of ReLU and Leaky ReLU has */
SN_API int32_t sn_activation_gradient(int32_t activation, int64_t n, const float *x, const float *dy, float *dx);
SN_API int32_t sn_softmax(int64_t rows, int64_t columns, const float *x, float *y);                              /* y may be x */
SN_API int32_t sn_column_sums(int64_t rows, int64_t columns, const float *x, float *sums);
/* Copies rows of `width` floats, which begin `from_stride` floats apart here and `to_stride` there. */
SN_API int32_t sn_copy_rows(int64_t rows, int64_t width, const float *from, int64_t from_stride, float *to, int64_t to_stride); /* layout.c */
/*
 * out [rows, before + width]: what row ids[i] of earlier [parents, before] holds, then row i of now [rows, width]. Ids outside of
 * 0..parents-1 return SN_UNSUPPORTED, nothing written. (append.c)
 */
SN_API int32_t sn_append_rows(int64_t rows, int64_t parents, int64_t before, int64_t width, const int32_t *ids, const float *earlier,
                              const float *now, float *out);
SN_API int32_t sn_transpose(int64_t batch, int64_t rows, int64_t columns, const float *x, float *y);             /* [batch,rows,columns] to [batch,columns,rows] */
/* out[i] = table[ids[i]] * scale (+ positions[i] where not NULL); ids outside of 0..types-1 return SN_UNSUPPORTED, nothing written */
SN_API int32_t sn_embed(int64_t n, int64_t types, int64_t width, const int32_t *ids, const float *table, float scale,
                        const float *positions, float *out);
/* d_table [types, width] = 0, then += scale * d_out[i] at row ids[i], in order of i */
SN_API int32_t sn_embed_gradient(int64_t n, int64_t types, int64_t width, const int32_t *ids, const float *d_out, float scale, float *d_table);
SN_API double sn_squared_norm(int64_t n, const float *x);
/*
 * Adam on the leading corner [rows, columns] of matrices with `stride` columns: g = scale*gradient; m = b1 m + (1-b1) g;
 * v = b2 v + (1-b2) g g; p = decay*p - step*m/(sqrt(v)+epsilon). gradient is [rows, columns], dense.
 */
SN_API int32_t sn_adam(int64_t rows, int64_t columns, int64_t stride, float *parameter, float *first, float *second, const float *gradient,
                       float scale, float beta1, float beta2, float step, float decay, float epsilon);
/*
 * The k best logits of each row but the one of id `never` (negative: none is left out), best first, ties to the smaller id: ids and
 * log-probabilities [rows, k], the latter of all types, `never` included. Places for which no type is left get id -1 and -infinity.
 */
SN_API int32_t sn_top_log_probabilities(int64_t rows, int64_t types, int64_t k, const float *logits, int32_t never, int32_t *ids,
                                        float *log_probabilities);
#endif
