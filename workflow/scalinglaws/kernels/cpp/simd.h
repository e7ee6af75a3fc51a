// Vectors of the machine's width, and the functions on them that the kernels need.
//
// Written with the vector extensions of GCC and Clang, so that one text serves AVX-512, AVX2, SSE
// and NEON. Everything is a template on the scalar: float is what runs, double is for the gradient
// checks and takes its exp and erf from the C library. No fast-math: a NaN stays a NaN.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif

using Size = int64_t;

template <class T, int Bytes>
struct VectorOf {
    typedef T type __attribute__((vector_size(Bytes), aligned(alignof(T)), may_alias));
};
template <class T>
using Vec = typename VectorOf<T, kBytes>::type;
template <class T>
constexpr Size kLanes = kBytes / sizeof(T);

template <class T>
inline Vec<T>& at(T* address) { return *reinterpret_cast<Vec<T>*>(address); }
template <class T>
inline const Vec<T>& at(const T* address) { return *reinterpret_cast<const Vec<T>*>(address); }

template <class T>
constexpr Size padded(Size n) { return (n + kLanes<T> - 1) / kLanes<T> * kLanes<T>; }

// A growing work space that is kept between calls: no page is asked of the system in a step.
template <class T>
class Scratch {
  public:
    T* get(Size n) {
        if (size_ < n) {
            std::free(memory_);
            size_ = padded<T>(n);
            memory_ = static_cast<T*>(std::aligned_alloc(64, (size_ * sizeof(T) + 63) / 64 * 64));
            if (!memory_) std::abort();
        }
        return memory_;
    }

  private:
    T* memory_ = nullptr;
    Size size_ = 0;
};

template <class T>
inline T sum(Vec<T> v) {
    T total = 0;
    for (Size lane = 0; lane < kLanes<T>; ++lane) total += v[lane];
    return total;
}

// The larger of two; a NaN in `b` is passed over, and comes back through the exp that follows.
template <class V>
inline V larger(V a, V b) { return b > a ? b : a; }

// e^x for x <= 0 (or hardly above), to 2 units in the last place; zero below -80, so that no
// product with it falls among the denormal floats, which are slow. e^x = 2^n e^r; the polynomial
// of e^r has the least largest relative error (1.05e-7) on |r| <= ln 2 / 2.
inline Vec<float> exponential(Vec<float> x) {
    typedef typename VectorOf<int32_t, kBytes>::type Ints;
    const Vec<float> shift = Vec<float>{} + 12582912.0f;  // 1.5 * 2^23: adding it rounds
    const Vec<float> rounded = x * 1.44269504088896341f + shift;
    const Vec<float> n = rounded - shift;
    const Vec<float> r = x - n * 0.693359375f + n * 2.12194440e-4f;
    Vec<float> p = Vec<float>{} + 8.312504875e-3f;
    p = p * r + 4.189033164e-2f;
    p = p * r + 1.666711535e-1f;
    p = p * r + 4.999923031e-1f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    Ints bits, exponent;
    std::memcpy(&bits, &p, sizeof bits);
    std::memcpy(&exponent, &rounded, sizeof exponent);
    bits += exponent << 23;  // times 2^n; nothing is added to a NaN, whose low bits are zero
    std::memcpy(&p, &bits, sizeof p);
    return x < -80.0f ? Vec<float>{} : p;
}

inline Vec<double> exponential(Vec<double> x) {
    for (Size lane = 0; lane < kLanes<double>; ++lane) x[lane] = std::exp(x[lane]);
    return x;
}

// The normal distribution: its density and its cumulative function at x.
// float: Abramowitz and Stegun 7.1.26, absolute error below 1e-7.
inline void normal(Vec<float> x, Vec<float>& density, Vec<float>& cumulative) {
    const Vec<float> bell = exponential(-0.5f * x * x);
    const Vec<float> size = x < 0.0f ? -x : x;
    const Vec<float> t = 1.0f / (1.0f + (0.3275911f * 0.70710678118654752f) * size);
    Vec<float> p = Vec<float>{} + 1.061405429f;
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    const Vec<float> tail = 0.5f * p * t * bell;
    density = 0.39894228040143268f * bell;
    cumulative = x < 0.0f ? tail : 1.0f - tail;
}

inline void normal(Vec<double> x, Vec<double>& density, Vec<double>& cumulative) {
    density = cumulative = Vec<double>{};
    for (Size lane = 0; lane < kLanes<double>; ++lane) {
        density[lane] = 0.39894228040143268 * std::exp(-0.5 * x[lane] * x[lane]);
        cumulative[lane] = 0.5 * std::erfc(-x[lane] * 0.70710678118654752);
    }
}
